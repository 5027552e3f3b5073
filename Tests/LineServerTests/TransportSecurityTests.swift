import Foundation
import NIOCore
import NIOSSL
import Testing

@testable import LineServer

@Suite("TLS")
struct TransportSecurityTests {
    /// A certificate for localhost that its own key signed, good until 2126, and that key, which protects nothing.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIURb9+z2Vk0b6n5LIOx7ZAeP3s1vkwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIzMDIzMFoYDzIxMjYxMDMw
        MjMwMjMwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATowRIJfil/P2PNlruZyaRz4bRjQt8H7XCNmY6qD2WXXRAodgYgsRE+
        96fYi5RMhyv4M15W8HVzdAt3rbLpUVwEo28wbTAdBgNVHQ4EFgQUfnvzPrh5gGch
        YjZLniH2ZsmBUrUwHwYDVR0jBBgwFoAUfnvzPrh5gGchYjZLniH2ZsmBUrUwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAMWwTdW0kR8aCs4rzHk1L5ULdh8Qc+UnNDug5p34yYFUAiBA
        HwT0PgcZvxQJvpL1zH1TCIF35mN9PDO7Bz/q7QRtZg==
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWVjZ6oCbSEmAOHoD
        f28zahKV9VcLTJVq4QlX0w5kNgWhRANCAATowRIJfil/P2PNlruZyaRz4bRjQt8H
        7XCNmY6qD2WXXRAodgYgsRE+96fYi5RMhyv4M15W8HVzdAt3rbLpUVwE
        -----END PRIVATE KEY-----
        """

    /// The two files in a folder of their own.
    private final class Files: Sendable {
        let directory = NSTemporaryDirectory() + "dami-\(UUID().uuidString)"
        var certificate: String { directory + "/certificate.pem" }
        var key: String { directory + "/key.pem" }

        init() throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try TransportSecurityTests.certificate.write(toFile: certificate, atomically: false, encoding: .utf8)
            try TransportSecurityTests.key.write(toFile: key, atomically: false, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }
    }

    private func clientContext(_ change: (inout TLSConfiguration) -> Void = { _ in }) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)
        ])
        change(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    @Test("Lines are answered over TLS, also to a client that ends its side, and goodbye closes it properly")
    func overTLS() async throws {
        let files = try Files()
        let tls = try clientContext()
        try await withServer(configure: {
            $0.certificate = files.certificate
            $0.privateKey = files.key
        }) { _, address, _ in
            let client = try await LineClient(to: address, tls: tls)
            try await client.send("안녕\n{\"ping\":true}\n")
            #expect(try await client.reply() == ["안녕"])
            #expect(try await client.json()["pong"] as? Bool == true)
            try await client.send("bye\n")
            try await client.waitForClose()
            let halfClosing = try await LineClient(to: address, tls: tls)
            try await halfClosing.send((0..<500).map { "\($0)\n" }.joined())
            try await halfClosing.endSending()
            try await halfClosing.waitForClose()
            #expect(halfClosing.received.split(separator: "\n").count == 500)
        }
    }

    @Test("What is older than TLS 1.2, or no TLS at all, gets no answer")
    func oldVersions() async throws {
        let files = try Files()
        let tls = try clientContext {
            $0.minimumTLSVersion = .tlsv1
            $0.maximumTLSVersion = .tlsv11
        }
        try await withServer(configure: {
            $0.certificate = files.certificate
            $0.privateKey = files.key
        }) { _, address, _ in
            let old = try await LineClient(to: address, tls: tls)
            try? await old.send("hi\n")
            try await old.waitForClose()
            #expect(old.received == "")
            let plain = try await LineClient(to: address)
            try await plain.send("hello there, is anybody listening?\n")
            try await plain.waitForClose()
            #expect(!plain.received.contains("hello"))
        }
    }

    @Test("Files that can't be used are named before a socket is opened")
    func wrongFiles() throws {
        let files = try Files()
        #expect(throws: ServerConfigurationError.self) {
            try TransportSecurity.context(certificate: "/nowhere.pem", privateKey: files.key)
        }
        #expect(throws: ServerConfigurationError.self) {
            try TransportSecurity.context(certificate: files.certificate, privateKey: files.certificate)
        }
        var configuration = ServerConfiguration()
        configuration.certificate = files.certificate
        #expect(throws: ServerConfigurationError.halfOfTLS) { try configuration.validate(hasTokens: false) }
    }
}
