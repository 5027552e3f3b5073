import DequeModule
import Dialogue
import NIOCore
import Shop

/// One connection of the line protocol, as a value: bytes and events go in, actions come out.
///
/// It knows nothing of sockets, of threads or of what lines mean. Its owner feeds it, asks ``nextAction(at:)`` until that
/// says to wait, and does what it is told:
///
///     connection.receive(bytes)
///     while true {
///         switch connection.nextAction(at: .now()) {
///         case .answer(let ticket, let request): connection.complete(ticket, with: reply)   // now or later
///         case .send(let bytes): channel.writeAndFlush(bytes)
///         case .wait: return
///         …
///
/// It promises:
/// - one reply for each line that is not blank, in the order of the lines, whenever the answers come in;
/// - to read no further while ``Limits/outstanding`` replies are unsent or the peer doesn't take what was sent: a client
///   that does not read costs a bounded amount of memory;
/// - to yield after ``Limits/linesPerTurn`` lines, so that one client's thousand lines don't hold up another's one;
/// - after ``finish(_:)`` to answer every complete line that it has, then to say why it closes.
struct LineConnection {
    struct Limits: Hashable, Sendable {
        /// Bytes of a line without its end.
        var lineLength = 65_536
        /// Lines read and not yet answered, and answers not yet sent.
        var outstanding = 256
        var linesPerTurn = 32
        /// The same while other connections wait for their turn.
        var linesPerCrowdedTurn = 4
        /// Requests a second; 0 sets no limit.
        var requestsPerSecond = 50_000
    }

    /// What the owner must do next.
    enum Action: Equatable {
        /// Work out the reply and hand it to ``complete(_:with:)``.
        case answer(Ticket, RequestLine.Body)
        case send(ByteBuffer)
        /// Lines are left, but it is others' turn: ask again in the next turn of the event loop.
        case yield
        /// Read more from the peer, then ask again.
        case read
        /// Nothing, until an answer, bytes or room to write come.
        case wait
        /// All is sent: close.
        case close
    }

    /// The place of a reply in the order of replies.
    struct Ticket: Hashable, Sendable {
        fileprivate var sequence: Int
        var form: RequestLine.Form
    }

    /// What answers a line.
    struct Answer: Sendable {
        var bytes: ByteBuffer
        /// It was the last one: the conversation said goodbye, or must not go on.
        var closes = false
        /// The code that it carries where it is an error, to be counted.
        var error: ErrorCode?

        init(bytes: ByteBuffer, closes: Bool = false) {
            self.bytes = bytes
            self.closes = closes
        }

        init(refusing error: ProtocolError, form: RequestLine.Form, closes: Bool = false) {
            bytes = ReplyWriter.error(error, form: form)
            self.closes = closes
            self.error = error.code
        }
    }

    /// The errors answered since ``takeErrors()`` was called, to be counted.
    private var errors: [ErrorCode] = []
    /// Requests given out or answered here.
    private(set) var requestCount = 0

    private enum State: Equatable {
        case open
        /// The peer sends no more, but reads on.
        case inputEnded
        /// Answer what is here, say why, close. `nil`: say nothing.
        case finishing(ProtocolError?)
        /// A reply was the last one.
        case closing
        case closed
    }

    private let limits: Limits
    private var state = State.open
    private var framer: LineFramer
    private var rate: RateLimit
    /// Replies from the oldest unsent one on; `nil` is still being worked out.
    private var replies: Deque<Answer?> = []
    private var firstSequence = 0
    /// How the peer spoke last, which is how it is told why the server closes.
    private var lastForm = RequestLine.Form.anonymous
    private var linesThisTurn = 0
    private var mostLinesThisTurn: Int

    init(limits: Limits) {
        self.limits = limits
        framer = LineFramer(limit: limits.lineLength)
        rate = RateLimit(perSecond: limits.requestsPerSecond)
        mostLinesThisTurn = limits.linesPerTurn
    }

    /// Whether the peer takes what is sent; while it does not, no line is read.
    var isWritable = true

    /// Lines read and not yet answered on the wire.
    var outstandingReplies: Int { replies.count }

    /// Whether more is read and not yet looked at than a few lines that a person types.
    var hasMuchLeft: Bool { framer.pendingBytes > 1024 }

    /// Whether nothing is under way, so that silence is the peer's.
    var isIdle: Bool { replies.isEmpty && state == .open }

    // MARK: - What happens

    mutating func receive(_ bytes: ByteBuffer) {
        guard state == .open else { return }
        framer.append(bytes)
    }

    /// The peer has sent its last byte. What it sent is answered; a line without its end is none.
    mutating func inputEnded() {
        if state == .open { state = .inputEnded }
    }

    /// Answers what was read, sends `farewell`, closes.
    mutating func finish(_ farewell: ProtocolError?) {
        if state == .open || state == .inputEnded { state = .finishing(farewell) }
    }

    /// The reply to a line, in whatever order.
    mutating func complete(_ ticket: Ticket, with answer: Answer) {
        let index = ticket.sequence - firstSequence
        guard replies.indices.contains(index), state != .closed else { return }
        precondition(replies[index] == nil, "a line was answered twice")
        replies[index] = answer
        if let error = answer.error { errors.append(error) }
    }

    /// A new turn of the event loop: this connection may take its share of lines again, a smaller one where
    /// others wait for theirs.
    mutating func beginTurn(isCrowded: Bool = false) {
        linesThisTurn = 0
        mostLinesThisTurn = isCrowded ? min(limits.linesPerTurn, limits.linesPerCrowdedTurn) : limits.linesPerTurn
    }

    /// The peer is gone.
    mutating func closed() {
        state = .closed
        replies.removeAll()
        framer = LineFramer(limit: limits.lineLength)
    }

    mutating func takeErrors() -> [ErrorCode] {
        defer { errors.removeAll(keepingCapacity: true) }
        return errors
    }

    // MARK: - What to do

    mutating func nextAction(at now: NIODeadline) -> Action {
        if state == .closed { return .wait }
        if state != .closing {
            switch nextLine(at: now) {
            case .request(let ticket, let body): return .answer(ticket, body)
            case .othersTurn:
                if let bytes = takeReadyReplies() { return .send(bytes) }
                if state != .closing { return .yield }
            case .noneNow: break
            }
        }
        if let bytes = takeReadyReplies() { return .send(bytes) }
        return atRest()
    }

    private enum NextLine {
        case request(Ticket, RequestLine.Body)
        case othersTurn
        case noneNow
    }

    /// Takes lines until one needs the owner's answer.
    private mutating func nextLine(at now: NIODeadline) -> NextLine {
        while isWritable, replies.count < limits.outstanding {
            guard linesThisTurn < mostLinesThisTurn else {
                return framer.pendingBytes > 0 ? .othersTurn : .noneNow
            }
            guard let frame = framer.next() else { return .noneNow }
            linesThisTurn += 1
            if let line = request(in: frame, at: now) {
                let ticket = Ticket(sequence: firstSequence + replies.count, form: line.form)
                replies.append(nil)
                return .request(ticket, line.body)
            }
        }
        return .noneNow
    }

    /// The request in a frame; `nil` where the line was blank, or was answered with an error.
    private mutating func request(in frame: LineFramer.Frame, at now: NIODeadline) -> RequestLine? {
        do throws(RequestLine.Refusal) {
            let line = try text(of: frame)
            if line.utf8.first != UInt8(ascii: "{"), line.isBlank { return nil }
            requestCount += 1
            let request = try RequestLine(line)
            lastForm = request.form == .text ? .text : .anonymous
            guard rate.admit(at: now) else {
                throw RequestLine.Refusal(
                    form: request.form,
                    error: ProtocolError(
                        .rateLimited,
                        "more than \(limits.requestsPerSecond) requests a second; send this one again later"))
            }
            return request
        } catch {
            lastForm = error.form == .text ? .text : .anonymous
            errors.append(error.error.code)
            replies.append(Answer(refusing: error.error, form: error.form))
            return nil
        }
    }

    private mutating func text(of frame: LineFramer.Frame) throws(RequestLine.Refusal) -> String {
        switch frame {
        case .tooLong(let firstByte):
            requestCount += 1
            throw RequestLine.Refusal(
                form: Self.form(ofFirstByte: firstByte),
                error: ProtocolError(
                    .lineTooLong, "a line holds at most \(limits.lineLength) bytes; this one was skipped"))
        case .line(let bytes):
            let text = bytes.withUnsafeReadableBytes { String(validating: $0, as: UTF8.self) }
            if let text { return text }
            requestCount += 1
            throw RequestLine.Refusal(
                form: Self.form(ofFirstByte: bytes.getInteger(at: bytes.readerIndex) ?? 0),
                error: ProtocolError(.notUTF8, "the line is not UTF-8; it was skipped"))
        }
    }

    private static func form(ofFirstByte byte: UInt8) -> RequestLine.Form {
        byte == UInt8(ascii: "{") ? .anonymous : .text
    }

    /// The answers from the oldest on that are there, as one buffer.
    private mutating func takeReadyReplies() -> ByteBuffer? {
        guard case .some(.some(let first)) = replies.first else { return nil }
        var bytes = first.bytes
        var closes = first.closes
        replies.removeFirst()
        firstSequence += 1
        while !closes, case .some(.some(let next)) = replies.first {
            bytes.writeImmutableBuffer(next.bytes)
            closes = next.closes
            replies.removeFirst()
            firstSequence += 1
        }
        if closes {
            state = .closing
            replies.removeAll()
        }
        return bytes
    }

    /// No line to take and nothing to send.
    private mutating func atRest() -> Action {
        switch state {
        case .open:
            return isWritable && replies.count < limits.outstanding ? .read : .wait
        case .inputEnded:
            guard replies.isEmpty, isWritable else { return .wait }
            state = .closed
            return .close
        case .finishing(let farewell):
            guard replies.isEmpty, isWritable else { return .wait }
            state = .closing
            guard let farewell else { return atRest() }
            errors.append(farewell.code)
            return .send(ReplyWriter.error(farewell, form: lastForm))
        case .closing:
            state = .closed
            return .close
        case .closed:
            return .wait
        }
    }
}
