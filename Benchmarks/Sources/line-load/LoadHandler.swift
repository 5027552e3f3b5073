import NIOCore

/// One shopper: sends the script's lines, keeps `depth` of them under way, times each reply.
final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let plan: Plan
    private let done: EventLoopPromise<Latencies>
    private var latencies = Latencies()
    private var next: Int
    /// When the lines under way were sent, or were due; the oldest first.
    private var sentAt = CircularBuffer<NIODeadline>()
    private var due: NIODeadline
    private var isAtLineStart = true
    private var isFinished = false

    init(plan: Plan, index: Int, done: EventLoopPromise<Latencies>) {
        self.plan = plan
        self.done = done
        // Shoppers are at different places of the script, and not in step.
        next = index * 7
        due = plan.start + .nanoseconds((plan.interval?.nanoseconds ?? 0) * Int64(index % 97) / 97)
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: due) {
            let (handler, context) = bound.value
            handler.sendWhatIsDue(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let now = NIODeadline.now()
        for byte in bytes.readableBytesView {
            guard byte == UInt8(ascii: "\n") else {
                isAtLineStart = false
                continue
            }
            if !plan.script.endsWithEmptyLine || isAtLineStart { replied(at: now) }
            isAtLineStart = true
        }
        if plan.interval == nil { sendWhatIsDue(context) } else { finishIfOver(context, at: now) }
    }

    private func replied(at now: NIODeadline) {
        guard let sent = sentAt.popFirst() else { return }
        if sent >= plan.measureFrom, sent < plan.end { latencies.record((now - sent).nanoseconds) }
    }

    private func sendWhatIsDue(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        var hasWritten = false
        if let interval = plan.interval {
            while due <= now, due < plan.end {
                write(context, at: due)
                hasWritten = true
                due = due + interval
            }
            if due < plan.end {
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(deadline: due) {
                    let (handler, context) = bound.value
                    handler.sendWhatIsDue(context)
                }
            }
        } else {
            while sentAt.count < plan.depth, now < plan.end {
                write(context, at: now)
                hasWritten = true
            }
        }
        if hasWritten { context.flush() }
        finishIfOver(context, at: now)
    }

    private func write(_ context: ChannelHandlerContext, at time: NIODeadline) {
        context.write(wrapOutboundOut(plan.script.lines[next % plan.script.lines.count]), promise: nil)
        next += 1
        sentAt.append(time)
    }

    private func finishIfOver(_ context: ChannelHandlerContext, at now: NIODeadline) {
        guard !isFinished, now >= plan.end || due >= plan.end && plan.interval != nil, sentAt.isEmpty else { return }
        isFinished = true
        done.succeed(latencies)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard !isFinished else { return }
        isFinished = true
        done.fail(ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isFinished else { return }
        isFinished = true
        done.fail(error)
        context.close(promise: nil)
    }
}
