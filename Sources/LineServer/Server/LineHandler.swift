import Dialogue
import Logging
import NIOCore
import Shop
import Understanding

/// Carries out on a channel what its ``LineConnection`` says, and puts the lines to its session.
final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ServerState
    private var connection: LineConnection
    private var role = Role.guest
    private var session: Session?
    private var mailbox: ReplyMailbox?
    private var turns: TurnQueue?
    private var tokenFailures = 0
    private var isReading = false
    private var isTurnScheduled = false
    /// The last word is said; what still comes in is thrown away.
    private var isLingering = false
    private var lastActivity = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    /// Until then it goes behind those who send little, for it sent much at once.
    private var isHeavyUntil = NIODeadline.uptimeNanoseconds(0)
    /// When the lines whose replies wait for the disk were read.
    private var readAt: [LineConnection.Ticket: NIODeadline] = [:]

    /// Who sent much at once goes behind the others for that long, drained or not: a peer that floods would else be among those
    /// with little left each time that its last bytes are looked at.
    static let heavyTime = TimeAmount.seconds(1)
    /// Seconds that the peer has for taking its last reply after the server said its last word.
    static let lingerTime = TimeAmount.seconds(2)

    init(server: ServerState) {
        self.server = server
        connection = LineConnection(limits: server.limits)
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard mailbox == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        turns = server.turns(of: context.eventLoop)
        mailbox = ReplyMailbox(eventLoop: context.eventLoop) {
            let (handler, context) = bound.value
            handler.collect(context)
        }
        let eventLoop = context.eventLoop
        let admission = server.admit(ObjectIdentifier(self)) { farewell in
            eventLoop.execute {
                let (handler, context) = bound.value
                handler.end(farewell, context)
            }
        }
        switch admission {
        case .admitted: scheduleIdleTimer(context, after: idleTimeout)
        case .full:
            connection.finish(
                ProtocolError(
                    .tooManyConnections,
                    "\(server.configuration.maximumConnections) connections are open; try again later"))
        case .draining: connection.finish(Self.shuttingDown)
        }
        proceed(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.closed()
        idleTimer?.cancel()
        if let session {
            server.sessions.leave(session)
            server.metrics.sessions(server.sessions.count)
        }
        session = nil
        // Its closure holds this handler.
        mailbox = nil
        turns = nil
        readAt.removeAll()
        server.ended(ObjectIdentifier(self))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        server.logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    private static let shuttingDown = ProtocolError(.shuttingDown, "the server stops; connect again")

    private func end(_ farewell: ServerState.Farewell, _ context: ChannelHandlerContext) {
        switch farewell {
        case .drain:
            connection.finish(Self.shuttingDown)
            proceed(context)
        case .abort: context.close(promise: nil)
        }
    }

    // MARK: - Bytes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        // Who sends much at once while others wait goes behind them at once: a thousand such, each with a few lines
        // before it waits, would hold the sockets up as long as all those lines take.
        if weigh(), turns?.isBusy == true { return scheduleTurn(context) }
        proceed(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.isWritable = context.channel.isWritable
        if connection.isWritable {
            lastActivity = .now()
            scheduleTurn(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(ChannelEvent.inputClosed) = event as? ChannelEvent {
            if isLingering {
                context.close(promise: nil)
            } else {
                connection.inputEnded()
                proceed(context)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Does what the connection says until it has nothing more to be done.
    private func proceed(_ context: ChannelHandlerContext) {
        let isHeavy = weigh()
        connection.beginTurn(isCrowded: isHeavy && turns?.isBusy == true)
        var hasWritten = false
        defer {
            if hasWritten { context.flush() }
            for code in connection.takeErrors() { server.metrics.refused(code) }
        }
        while true {
            let now = NIODeadline.now()
            switch connection.nextAction(at: now) {
            case .answer(let ticket, let body):
                lastActivity = now
                if !isHeavy { turns?.servedLight(at: now) }
                if let answer = answer(body, ticket: ticket, context: context) {
                    connection.complete(ticket, with: answer)
                    server.metrics.answered(ticket.form, after: .now() - now)
                } else {
                    readAt[ticket] = now
                }
            case .send(let bytes):
                context.write(wrapOutboundOut(bytes), promise: nil)
                hasWritten = true
                // Many megabytes of replies must not gather between two flushes.
                connection.isWritable = context.channel.isWritable
            case .yield:
                scheduleTurn(context)
                return
            case .read:
                if !isReading {
                    isReading = true
                    context.read()
                }
                return
            case .wait: return
            case .close:
                close(context)
                return
            }
        }
    }

    /// Whether the peer goes behind those who send little.
    private func weigh() -> Bool {
        let now = NIODeadline.now()
        if connection.hasMuchLeft { isHeavyUntil = now + Self.heavyTime }
        return now < isHeavyUntil
    }

    private func scheduleTurn(_ context: ChannelHandlerContext) {
        guard !isTurnScheduled else { return }
        guard let turns else { return }
        isTurnScheduled = true
        turns.add(isHeavy: weigh()) {
            self.isTurnScheduled = false
            self.proceed(context)
        }
    }

    /// Replies that waited for the disk are here.
    private func collect(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        for (ticket, answer) in mailbox?.collect() ?? [] {
            connection.complete(ticket, with: answer)
            if let start = readAt.removeValue(forKey: ticket) {
                server.metrics.answered(ticket.form, after: now - start)
            }
        }
        proceed(context)
    }

    /// Says goodbye in the way of TCP: no more will be sent, what still comes in is thrown away for a moment, then it is over.
    /// Closing at once could take the last reply away from a peer that was still sending.
    private func close(_ context: ChannelHandlerContext) {
        isLingering = true
        context.flush()
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in bound.value.close(promise: nil) }
        context.eventLoop.scheduleTask(in: Self.lingerTime) { bound.value.close(promise: nil) }
    }

    // MARK: - Lines

    private func answer(
        _ body: RequestLine.Body, ticket: LineConnection.Ticket, context: ChannelHandlerContext
    ) -> LineConnection.Answer? {
        guard let mailbox else { return nil }
        do throws(ProtocolError) {
            switch body {
            case .ping:
                return LineConnection.Answer(bytes: ReplyWriter.pong(ticket.form))
            case .hello(let hello):
                return try greet(hello, ticket: ticket, mailbox: mailbox, context: context)
            case .text(let text):
                return joinedSession().perform(.text(text), ticket: ticket, mailbox: mailbox)
            case .acts(let json):
                return joinedSession().perform(.acts(json), ticket: ticket, mailbox: mailbox)
            }
        } catch {
            return LineConnection.Answer(refusing: error, form: ticket.form, closes: error.code == .rateLimited)
        }
    }

    /// The session that this connection is in; its own new one if it is in none yet.
    private func joinedSession() -> Session {
        if let session { return session }
        let session = server.sessions.begin(role: role)
        self.session = session
        server.metrics.sessions(server.sessions.count)
        return session
    }

    private func greet(
        _ hello: RequestLine.Hello, ticket: LineConnection.Ticket, mailbox: ReplyMailbox, context: ChannelHandlerContext
    ) throws(ProtocolError) -> LineConnection.Answer? {
        let newRole = try hello.token.map { (token) throws(ProtocolError) in try self.role(of: token, context) } ?? role
        let language = hello.language.flatMap(ReplyLanguage.init(rawValue:))
        var isResumed = false
        if let id = hello.session, id != session?.id || newRole != role {
            let resumed = try server.sessions.resume(id, role: newRole)
            if let session { server.sessions.leave(session) }
            session = resumed
            isResumed = true
        } else if hello.session != nil {
            isResumed = true
        } else if newRole != role, let session {
            // Rights are never carried into, or out of, a conversation that was held with others.
            server.sessions.leave(session)
            self.session = nil
        }
        role = newRole
        return joinedSession().perform(
            .hello(language: language, isResumed: isResumed), ticket: ticket, mailbox: mailbox)
    }

    private func role(of token: String, _ context: ChannelHandlerContext) throws(ProtocolError) -> Role {
        let address = context.remoteAddress?.ipAddress ?? "local"
        guard tokenFailures < server.configuration.maximumTokenFailures, server.attempts.mayTry(address) else {
            throw ProtocolError(.rateLimited, "too many wrong tokens; try again later")
        }
        if let holder = server.tokenBook?.holder(of: token) { return holder.role }
        tokenFailures += 1
        server.attempts.failed(address)
        server.logger.notice("a wrong token was given")
        throw ProtocolError(.unauthorised, "no such token")
    }

    // MARK: - Silence

    private var idleTimeout: TimeAmount { .seconds(Int64(server.configuration.idleTimeout)) }

    private func scheduleIdleTimer(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        guard server.configuration.idleTimeout > 0 else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idleTimer = context.eventLoop.scheduleTask(in: delay) {
            let (handler, context) = bound.value
            handler.idleTimerFired(context)
        }
    }

    private func idleTimerFired(_ context: ChannelHandlerContext) {
        let silence = NIODeadline.now() - lastActivity
        guard silence >= idleTimeout else { return scheduleIdleTimer(context, after: idleTimeout - silence) }
        if !connection.isWritable {
            // It has not taken a byte for all that time: a farewell would only wait behind the rest.
            return context.close(promise: nil)
        }
        guard connection.isIdle else { return scheduleIdleTimer(context, after: idleTimeout) }
        connection.finish(
            ProtocolError(.idleTimeout, "nothing was asked for \(server.configuration.idleTimeout) seconds"))
        proceed(context)
    }
}
