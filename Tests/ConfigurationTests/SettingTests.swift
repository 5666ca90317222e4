import Configuration
import JSONText
import Testing

/// What holds for every setting's declaration.
@Suite struct SettingTests {
    /// Nothing that is forgotten can change a run unseen.
    @Test func aSettingWhoseRoleIsNotStatedDecidesWhatIsLearnt() throws {
        let form = try #require(Setting.named("crop")).form
        #expect(Setting("new", form, help: "Something new.").role == .learning)
        #expect(Setting("new", form, role: .call, help: "Something new.").role == .call)
    }

    /// By name, so that a role is changed here, too, and on purpose.
    @Test func whatIsNotLearntIsNamed() {
        func names(_ role: Setting.Role) -> Set<String> { Set(Setting.all.filter { $0.role == role }.map(\.name)) }
        #expect(names(.call) == ["run", "runs", "run-folder", "resume", "allow-changed-data"])
        #expect(
            names(.conduct) == [
                "mode", "devices", "cores-per-device", "micro-batches", "kernels", "device-memory", "data", "skip-unreadable",
                "epochs", "steps", "input-threads", "image-cache", "evaluate-every", "stall-timeout", "json", "save-every",
                "keep",
            ])
    }

    @Test func aNameIsOfOneSetting() {
        let names = Setting.all.flatMap { [$0.name] + $0.earlierNames }
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
        for setting in Setting.all {
            for name in [setting.name] + setting.earlierNames { #expect(Setting.named(name)?.name == setting.name) }
        }
        #expect(Setting.named("shard") == nil && Setting.named("") == nil)
    }

    @Test func everySettingIsExplained() {
        for setting in Setting.all {
            #expect(setting.help.text.hasSuffix("."), "\(setting.name)")
            #expect(setting.help.discussion.isEmpty || setting.help.discussion.hasSuffix("."), "\(setting.name)")
            #expect(setting.help.valueName != "", "\(setting.name)")
        }
    }

    /// How long is two settings, and the schedule's is a longer name.
    @Test func everyPropertyOfAConfigurationIsASetting() {
        let properties = Mirror(reflecting: TrainingConfiguration()).children.compactMap(\.label)
        let others = ["duration": ["epochs", "steps"], "schedule": ["learning-rate-schedule"]]
        let names = properties.flatMap { others[$0] ?? [Setting.named(byProperty: $0)?.name ?? "none for \($0)"] }
        #expect(names.count >= 48)
        #expect(Set(names) == Set(Setting.all.map(\.name)))
    }

    /// What is shown of a fresh configuration are the properties' own values.
    @Test func aDefaultStandsWhereThePropertyDoes() throws {
        let fresh = TrainingConfiguration()
        func text(_ name: String) throws -> String? { try #require(Setting.named(name)).form.write(fresh)?.description }
        #expect(try text("batch-size") == "\(fresh.batchSize)")
        #expect(try text("mode") == "\"data\"")
        #expect(try text("device-memory") == nil)
        #expect(try text("exif-orientation") == "true")
    }
}
