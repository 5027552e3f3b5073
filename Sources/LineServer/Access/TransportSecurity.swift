import Foundation
import NIOSSL

/// TLS 1.2 or later, from a certificate chain and its key in PEM files.
enum TransportSecurity {
    /// - Throws: ``ServerConfigurationError/tls(_:)`` naming the file that can't be used.
    static func context(certificate: String, privateKey: String) throws -> NIOSSLContext {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw ServerConfigurationError.tls("\(certificate): no certificate in PEM form could be read")
        }
        if chain.isEmpty { throw ServerConfigurationError.tls("\(certificate): holds no certificate") }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw ServerConfigurationError.tls("\(privateKey): no private key in PEM form could be read")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerConfigurationError.tls("\(privateKey): not the key of \(certificate)")
        }
    }
}
