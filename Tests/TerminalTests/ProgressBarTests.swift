import Shop
import Synchronization
import Testing

@testable import Terminal

@Suite struct ProgressBarTests {
    let training = ProgressBar(
        title: "Training", unit: .counted("epochs"), total: 12, completed: 3, detail: "cost 0.3946")

    @Test func showsEverythingWhereThereIsRoom() {
        #expect(
            training.line(elapsed: 6, width: 100, glyphs: .ascii)
                == "Training [######------------------]  25%  3/12 epochs  0.5/s  cost 0.3946  0:06 < 0:18")
    }

    @Test func leavesOutTheLeastImportantFirst() {
        #expect(
            training.line(elapsed: 6, width: 60, glyphs: .ascii)
                == "Training [####--------------]  25%  cost 0.3946  0:06 < 0:18")
        #expect(training.line(elapsed: 6, width: 30, glyphs: .ascii) == "Training 25%  0:06 < 0:18")
        #expect(training.line(elapsed: 6, width: 21, glyphs: .ascii) == "Trai 25%  0:06 < 0:18")
        #expect(training.line(elapsed: 6, width: 10, glyphs: .ascii) == "25%  0:06 ")
    }

    @Test func isNeverWiderThanTheWindow() {
        let bars = [
            training,
            ProgressBar(title: "모델을 학습하는 중", unit: .counted("세대"), total: 40, completed: 40, detail: "비용 0.2"),
            ProgressBar(title: "Reading", unit: .bytes, completed: 123_456_789),
            ProgressBar(title: "Reading", unit: .bytes, total: 0, completed: 0),
        ]
        for bar in bars {
            for (width, glyphs) in (0...130).flatMap({ [($0, ProgressBar.Glyphs.blocks), ($0, .ascii)] }) {
                #expect(bar.line(elapsed: 3671, width: width, glyphs: glyphs).displayWidth <= width)
            }
        }
    }

    @Test func timeLeftComesFromWhatWasDone() {
        #expect(training.remaining(elapsed: 6) == 18)
        #expect(ProgressBar(title: "", unit: .bytes, total: 10).remaining(elapsed: 6) == nil)
        #expect(ProgressBar(title: "", unit: .bytes, completed: 4).remaining(elapsed: 6) == nil)
        #expect(ProgressBar(title: "", unit: .bytes, total: 4, completed: 9).remaining(elapsed: 6) == 0)
    }

    @Test func withoutATotalItCountsUp() {
        let bar = ProgressBar(title: "Reading", unit: .counted("rows"), completed: 1_234_567)
        #expect(bar.line(elapsed: 2, width: 80) == "Reading 1,234,567 rows  617,284/s  0:02")
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (9.94, "9.9 s"), (24.4, "24 s"), (125, "2 min 05 s"), (3725, "62 min 05 s"),
    ])
    func saysDurationsAsPeopleDo(seconds: Double, said: String) {
        #expect(ProgressBar.duration(seconds) == said)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func groupsDigits(number: Int, said: String) {
        #expect(ProgressBar.grouped(number) == said)
    }

    @Test func clockIsRightAtTheHour() {
        #expect(ProgressBar.clock(59.4) == "0:59")
        #expect(ProgressBar.clock(3600) == "1:00:00")
        #expect(ProgressBar.clock(.infinity) == "99:59:59")
    }
}

@Suite struct ProgressDisplayTests {
    /// What was written, and a clock that stands still until it is told.
    final class Recorder: Sendable {
        let written = Mutex("")
        let offset = Mutex(Duration.zero)
        let start = ContinuousClock.now

        func output(isTerminal: Bool, mayEscape: Bool) -> ProgressDisplay.Output {
            .init(
                isTerminal: isTerminal, mayEscape: mayEscape, glyphs: .ascii, width: { 60 },
                write: { text in self.written.withLock { $0 += text } })
        }
        func display(isTerminal: Bool, mayEscape: Bool = false) -> ProgressDisplay {
            ProgressDisplay(
                ProgressBar(title: "Work", unit: .counted("rows"), total: 100),
                output: output(isTerminal: isTerminal, mayEscape: mayEscape),
                now: { self.start + self.offset.withLock { $0 } })
        }
        func advance(_ duration: Duration) { offset.withLock { $0 += duration } }
        func take() -> String {
            written.withLock { text in
                defer { text = "" }
                return text
            }
        }
    }

    @Test func awayFromATerminalThereAreSparsePlainLines() {
        let recorder = Recorder()
        let progress = recorder.display(isTerminal: false)
        #expect(recorder.take() == "")
        for completed in 1...50 {
            recorder.advance(.milliseconds(500))
            progress.update(completed: completed)
        }
        let lines = recorder.take()
        #expect(lines.split(separator: "\n").count == 2)
        #expect(!lines.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        progress.finish(completed: 100)
        #expect(recorder.take() == "Work: 100 rows in 25 s\n")
    }

    @Test func onATerminalOneLineIsRedrawn() {
        let recorder = Recorder()
        let progress = recorder.display(isTerminal: true, mayEscape: true)
        _ = recorder.take()
        progress.update(completed: 1)
        #expect(recorder.take() == "", "no more than ten drawings a second")
        recorder.advance(.milliseconds(100))
        progress.update(completed: 2)
        let drawn = recorder.take()
        #expect(drawn.hasPrefix("\r") && drawn.hasSuffix("\u{1B}[K") && !drawn.contains("\n"))
        progress.note("hello")
        #expect(recorder.take().hasPrefix("\r\u{1B}[Khello\n\rWork"))
        progress.finish()
        #expect(recorder.take() == "\r\u{1B}[KWork: 2 rows in 0.1 s\n")
        progress.update(completed: 3)
        progress.finish()
        #expect(recorder.take() == "")
    }

    @Test func aDumbTerminalIsWipedWithSpaces() {
        let recorder = Recorder()
        let progress = recorder.display(isTerminal: true, mayEscape: false)
        recorder.advance(.seconds(1))
        progress.update(completed: 10)
        progress.cancel()
        #expect(!recorder.take().contains("\u{1B}"))
    }
}
