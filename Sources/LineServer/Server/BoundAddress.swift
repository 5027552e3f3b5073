import NIOConcurrencyHelpers
import NIOCore

/// Where a service listens: known once it does, and waited for until then.
final class BoundAddress: Sendable {
    private enum State {
        case waiting([CheckedContinuation<SocketAddress, any Error>])
        case known(Result<SocketAddress, any Error>)
    }

    private let state = NIOLockedValueBox(State.waiting([]))

    func settle(_ result: Result<SocketAddress, any Error>) {
        let continuations = state.withLockedValue { state in
            guard case .waiting(let continuations) = state else {
                return [CheckedContinuation<SocketAddress, any Error>]()
            }
            state = .known(result)
            return continuations
        }
        for continuation in continuations { continuation.resume(with: result) }
    }

    /// - Throws: why the service could not listen.
    func value() async throws -> SocketAddress {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLockedValue { state -> Result<SocketAddress, any Error>? in
                switch state {
                case .known(let result): return result
                case .waiting(let continuations):
                    state = .waiting(continuations + [continuation])
                    return nil
                }
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
