import NIOCore

/// A token bucket: so many requests a second, and as many at once after a second of silence.
struct RateLimit: Hashable, Sendable {
    /// Requests a second; 0 sets no limit.
    let perSecond: Int
    /// How many may come at once.
    let burst: Int
    private var tokens: Double
    private var refilled: NIODeadline?

    init(perSecond: Int, burst: Int? = nil) {
        self.perSecond = perSecond
        self.burst = burst ?? perSecond
        self.tokens = Double(self.burst)
    }

    /// Takes one request out of the bucket; `false` if it is empty.
    mutating func admit(at now: NIODeadline) -> Bool {
        guard perSecond > 0 else { return true }
        if let refilled, now > refilled {
            let seconds = Double((now - refilled).nanoseconds) / 1e9
            tokens = min(Double(burst), tokens + seconds * Double(perSecond))
        }
        refilled = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
