import Parallelism
import Planning
import Profiling
import Rooflines
import Testing

/// A profile's lines add up: to the step's time, and to the programs' work. No time is judged.
@Suite(.serialized) struct StepProfileTests {
    @Test(arguments: ProfiledRun.all.indices) func theRowsAddUpToTheStep(place: Int) async throws {
        let profile = try await ProfiledRun.profiles.value[place].profile
        let step = profile.step
        #expect(step.stepSeconds.count == 3 && step.stepSeconds.allSatisfy { $0 > 0 })
        for grouping in StepProfile.Grouping.allCases {
            let rows = step.rows(by: grouping)
            let shares = rows.reduce(0) { $0 + $1.seconds } / step.seconds
            #expect(abs(shares - 1) < 1e-9, "by \(grouping): \(shares)")
            #expect(Set(rows.map { "\($0.part) \($0.layer) \($0.title) \($0.implementation) \($0.layouts)" }).count == rows.count)
        }
        #expect(step.rows.allSatisfy { $0.seconds >= 0 || $0.part == .irregular })
        // A worker's parts take no longer than the step in which they lie.
        #expect(step.rows.filter { $0.part == .overhead }.count == 1)
        for (index, host) in profile.recording.steps.enumerated() {
            for lane in profile.recording.lanes {
                #expect(lane.steps[index].reduce(0) { $0 + ($1.end - $1.begin) } <= host.end - host.begin)
            }
        }
    }

    @Test(arguments: ProfiledRun.all.indices) func theRowsHaveTheProgramsWork(place: Int) async throws {
        let profile = try await ProfiledRun.profiles.value[place].profile
        let workers = Double(profile.step.workers)
        let items = profile.recording.lanes.flatMap(\.items)
        let rows = profile.step.rows
        func total(_ value: (StepProfile.Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) } * workers }
        #expect(abs(total(\.count) - Double(items.count)) < 1e-6)
        let work = Double(items.reduce(0) { $0 + $1.floatingPointOperations })
        #expect(abs(total(\.floatingPointOperations) - work) < 1e-6 * work)
        let bytes = Double(items.reduce(0) { $0 + $1.bytesRead + $1.bytesWritten })
        #expect(abs(total(\.bytes) - bytes) < 1e-6 * bytes)
        for row in rows {
            #expect((row.leastSeconds > 0) == (row.bytes > 0), "\(row.title)")
            #expect(row.secondsAlone == nil)
        }
        #expect(profile.kernelsAlone == nil)
        #expect(profile.rooflines.map(\.cores) == Set(profile.rooflines.map(\.cores)).sorted())
        #expect(profile.rooflines.contains(profile.step.roofline))
    }

    @Test(arguments: [("single", 1), ("data", 2), ("model", 2)])
    func kernelsAreTimedAlone(mode: String, devices: Int) async throws {
        var run = ProfiledRun(model: "alexnet-small", mode: mode, devices: devices, batch: 8)
        run.options.repetitionsAlone = 2
        let profile = try await run.run()
        for row in profile.step.rows {
            let isKernel = [.forward, .gradient, .update, .reorder].contains(row.part)
            #expect((row.secondsAlone != nil) == isKernel, "\(row.part) \(row.title)")
        }
        let alone = try #require(profile.kernelsAlone)
        #expect(alone.primitives > 0 && alone.reorders > 0 && alone.loops > 0)
        #expect(abs(alone.seconds - profile.step.rows.reduce(0) { $0 + ($1.secondsAlone ?? 0) }) < 1e-9)
    }
}
