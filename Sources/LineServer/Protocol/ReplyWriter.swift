import NIOCore
import Shop
import Understanding

/// How replies look as bytes.
enum ReplyWriter {
    /// A text reply: its non-empty lines, then an empty one.
    ///
    /// What the engine says holds no empty line; should it ever, the reply would seem to end there and every later one
    /// would be off by one, so an empty line is left out, and a reply of nothing is an ellipsis.
    static func text(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(text.utf8.count + 2)
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
        where !Substring(line).isBlank {
            buffer.writeSubstring(Substring(line))
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        if buffer.readableBytes == 0 { buffer.writeString("…\n") }
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    /// A JSON reply: one line.
    static func json(_ line: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(line.utf8.count + 1)
        buffer.writeString(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    static func pong(_ form: RequestLine.Form) -> ByteBuffer {
        guard case .json(let id) = form else { preconditionFailure("ping comes as JSON") }
        return json(#"{"id":\#(id),"ok":true,"pong":true}"#)
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONText()
        json.append(quoted: text)
        return json.text
    }

    static func error(_ error: ProtocolError, form: RequestLine.Form) -> ByteBuffer {
        switch form {
        case .text: text("! \(error.code.rawValue): \(error.message)")
        case .json(let id):
            json(
                #"{"id":\#(id),"ok":false,"error":{"code":"\#(error.code.rawValue)","message":\#(quoted(error.message))}}"#
            )
        }
    }
}
