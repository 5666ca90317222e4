import Configuration
import Parallelism
import Testing
import Training
import Verification

@Suite struct VerificationRequestTests {
    private func request(
        _ settings: TrainingConfiguration = TrainingConfiguration(), modes: String = "data", devices: String = "1",
        cores: String = "1", injection: String? = nil
    ) throws(ConfigurationError) -> VerificationRequest {
        try VerificationRequest(settings, modes: modes, devices: devices, coresPerDevice: cores, injection: injection)
    }

    @Test func everyModeMeetsEveryNumberOnce() throws {
        let cases = try request(modes: "data,model", devices: "1, 4,1", cores: "1,2").cases
        #expect(cases.count == 8 && Set(cases).count == 8)
        #expect(cases.first == VerificationCase(mode: .data, devices: 1, coresPerDevice: 1))
        #expect(cases.last == VerificationCase(mode: .model, devices: 4, coresPerDevice: 2))
    }

    @Test func aCaseSaysWhatItIs() throws {
        let cases = try request(modes: "hybrid", devices: "1,2", cores: "1,2").cases
        #expect(
            cases.map(\.description) == [
                "mode hybrid on 1 device of 1 core", "mode hybrid on 1 device of 2 cores", "mode hybrid on 2 devices of 1 core",
                "mode hybrid on 2 devices of 2 cores",
            ])
    }

    @Test func onOneDeviceEveryModePromisesTheSameBits() throws {
        let promises = try request(modes: "data,model,hybrid", devices: "1,2").cases.map(\.promise)
        #expect(promises == [.sameBits, .sameBits, .sameBits, .bounded, .sameBits, .bounded])
    }

    @Test(arguments: [("modes", "dta"), ("devices", "1,0"), ("devices", ""), ("cores-per-device", "1,,2"), ("devices", "x")])
    func aValueThatIsNoneIsNamed(flag: String, list: String) {
        let error = #expect(throws: ConfigurationError.self) {
            switch flag {
            case "modes": try request(modes: list)
            case "devices": try request(devices: list)
            default: try request(cores: list)
            }
        }
        #expect(error?.description.hasPrefix("--\(flag) ") == true)
    }

    @Test func stepsAreCountedAndEpochsAreNot() throws {
        var settings = TrainingConfiguration()
        #expect(try request(settings).steps == VerificationRequest.defaultSteps)
        settings.duration = .steps(3)
        #expect(try request(settings).steps == 3)
        settings.duration = .epochs(1)
        #expect(throws: ConfigurationError.self) { try request(settings) }
    }

    @Test func theRateIsATenthOfTheNetworksUnlessGiven() throws {
        var settings = TrainingConfiguration()
        settings.model = "alexnet-simplified"
        #expect(try request(settings).settings.learningRate == 0.0025)
        settings.learningRate = 0.025
        #expect(try request(settings).settings.learningRate == 0.025)
    }

    @Test func anErrorHasAStepADeviceAndALayer() throws {
        #expect(try request().injection == nil)
        #expect(try request(injection: "").injection == .anywhere)
        #expect(try request(injection: "5:0:conv1").injection == .at(step: 5, device: 0, layer: "conv1"))
        // A layer's name may have colons itself.
        #expect(try request(injection: "2:1:a:b:c").injection == .at(step: 2, device: 1, layer: "a:b:c"))
        for wrong in ["0:0:conv1", "6:0:conv1", "1:-1:conv1", "1:0", "1:0:", "a:0:conv1", ":"] {
            let error = #expect(throws: ConfigurationError.self) { try request(injection: wrong) }
            #expect(error?.description.contains("STEP:DEVICE:LAYER") == true)
        }
    }
}
