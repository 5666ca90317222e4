import Datasets
import Foundation
import Fuzzing
import ImageFiles
import Tensors
import TestSupport
import Testing

/// What a message advises works: a set is spoilt, the message is read, its advice is followed to the letter, and the set opens.
@Suite struct AdviceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Words of the advice, as the message must have them.
        let advice: String
        var kind = Kind.images
        let spoil: @Sendable (TemporaryFolder) throws -> Void
        let follow: @Sendable (TemporaryFolder, inout Request) throws -> Void

        var testDescription: String { advice }

        enum Kind { case images, idx, cifar, nothing }
    }

    /// What is asked for; advice may be to ask for something else.
    struct Request {
        var data: String
        var options = DatasetOptions()

        /// Opens the set and reads all of it.
        func run() throws {
            let set = try DatasetSource(parsing: data).open(inputShape: [3, 16, 16], options: options)
            for split in Split.allCases {
                for index in 0..<set.exampleCount(split) { _ = try set.pixels(index, of: split) }
            }
        }
    }

    static let cut = Array(ImageFixture.jpeg(height: 120, width: 160).prefix(2000))
    static let emptyFolder: @Sendable (TemporaryFolder) throws -> Void = { try $0.makeFolder("train/bee") }
    static let unknownClass: @Sendable (TemporaryFolder) throws -> Void = { try $0.write("val/bee/1.jpg", ImageFixture.jpeg()) }
    static let brokenImage: @Sendable (TemporaryFolder) throws -> Void = { try $0.write("train/ant/9.jpg", [7]) }
    static let letters: @Sendable (TemporaryFolder) throws -> Void = {
        try $0.write("train-labels-idx1-ubyte", IDXFixture.header([40]) + (0..<40).map { UInt8($0 % 26 + 1) })
        try $0.write("t10k-labels-idx1-ubyte", IDXFixture.header([20]) + (0..<20).map { UInt8($0 % 26 + 1) })
    }

    static let cases: [Case] = [
        // Folders of images
        Case(advice: "arrange the images as train/CLASS/NAME.jpg and val/CLASS/NAME.jpg") {
            try $0.remove("train")
        } follow: { folder, _ in
            for name in ["ant", "Zebra"] { try folder.write("train/\(name)/1.jpg", ImageFixture.jpeg()) }
        },
        Case(advice: "move some images of each class to val/CLASS/") {
            try $0.remove("val")
        } follow: { folder, _ in
            for name in ["ant", "Zebra"] { try folder.move("train/\(name)/0.jpg", to: "val/\(name)/0.jpg") }
        },
        Case(advice: "put each class's images in a folder of its own") {
            try $0.move("train/ant/0.jpg", to: "train/Zebra/ant0.jpg")
            for name in ["train/ant", "val/ant"] { try $0.remove(name) }
        } follow: { folder, _ in
            try folder.move("train/Zebra/ant0.jpg", to: "train/ant/0.jpg")
        },
        Case(advice: "call the folder of the training images train, and that of the validation images val") {
            try $0.move("train", to: "Training")
            try $0.move("val", to: "Testing")
        } follow: { folder, _ in
            try folder.move("Training", to: "train")
            try folder.move("Testing", to: "val")
        },
        Case(advice: "or of train/CLASS/NAME.jpg and val/CLASS/NAME.jpg", kind: .nothing) {
            try $0.write("ant/1.jpg", ImageFixture.jpeg())
        } follow: { folder, _ in
            try ImageFixture.write(to: folder)
        },
        Case(advice: "add images of it to ", spoil: unknownClass) { folder, _ in
            try folder.write("train/bee/1.jpg", ImageFixture.jpeg())
        },
        Case(advice: "or remove the folder", spoil: unknownClass) { folder, _ in try folder.remove("val/bee") },
        Case(advice: "give both folders the same name, byte by byte") {
            try $0.move("val/ant", to: "val/Ant")
        } follow: { folder, _ in
            try folder.move("val/Ant", to: "val/ant")
        },
        Case(advice: "add files that end in one of ", spoil: emptyFolder) { folder, _ in
            for ending in ImageFormat.endings { try folder.write("train/bee/1.\(ending)", ImageFixture.jpeg()) }
        },
        Case(advice: "or remove the folder", spoil: emptyFolder) { folder, _ in try folder.remove("train/bee") },
        Case(advice: "a link stands there that leads nowhere; mend or remove it") {
            $0.link("train/ant/9.jpg", to: "nowhere")
        } follow: { folder, _ in
            try folder.remove("train/ant/9.jpg")
        },
        Case(advice: "a link stands there that leads back to itself; mend or remove it") {
            $0.link("train/ant/9.jpg", to: "9.jpg")
        } follow: { folder, _ in
            try folder.remove("train/ant/9.jpg")
        },
        Case(advice: "put the file itself there, or remove it") {
            precondition(mkfifo($0["train/ant/9.jpg"], 0o600) == 0)
        } follow: { folder, _ in
            try folder.remove("train/ant/9.jpg")
            try folder.write("train/ant/9.jpg", ImageFixture.jpeg())
        },
        Case(advice: "or remove it", spoil: brokenImage) { folder, _ in try folder.remove("train/ant/9.jpg") },
        Case(advice: "or give --skip-unreadable", spoil: brokenImage) { _, request in request.options.skipsUnreadable = true },
        Case(advice: "copy or download the image again") {
            try $0.write("val/ant/1.jpg", cut)
        } follow: { folder, _ in
            try folder.write("val/ant/1.jpg", ImageFixture.jpeg())
        },
        Case(advice: "or give --skip-unreadable") {
            try $0.write("val/ant/1.jpg", cut)
        } follow: { _, request in
            request.options.skipsUnreadable = true
        },
        // IDX files
        Case(advice: "give --classes 27", kind: .idx, spoil: letters) { _, request in request.options.classes = 27 },
        Case(advice: "or number the classes from 0 without gaps", kind: .idx, spoil: letters) { folder, _ in
            for (name, count) in [("train", 40), ("t10k", 20)] {
                try folder.write("\(name)-labels-idx1-ubyte", IDXFixture.header([count]) + (0..<count).map { UInt8($0 % 26) })
            }
        },
        Case(advice: "put t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz beside the set's other three files", kind: .idx) {
            try $0.remove("t10k-images-idx3-ubyte")
        } follow: { folder, _ in
            try folder.write("t10k-images-idx3-ubyte.gz", IDXFixture.gzipped(IDXFixture.images(count: 20)))
        },
        Case(advice: "move the four files of one of them to a folder of their own, and give that", kind: .idx) { folder in
            for name in try folder.names() {
                try folder.write("b-\(name)", FileManager.default.contents(atPath: folder[name]) ?? Data())
                try folder.move(name, to: "a-\(name)")
            }
        } follow: { folder, request in
            for name in try folder.names() where name.hasPrefix("a-") { try folder.move(name, to: "own/\(name)") }
            request.data = folder["own"]
        },
        // CIFAR
        Case(advice: "put data_batch_3.bin beside the set's other files", kind: .cifar) {
            try $0.remove("data_batch_3.bin")
        } follow: { folder, _ in
            try folder.write("data_batch_3.bin", CIFARBytes.cifar10()[3].bytes)
        },
        Case(advice: "give the folder of one of them, or move its files to one of their own", kind: .cifar) {
            try CIFARFixture.write(CIFARBytes.cifar100(), to: $0, below: "cifar-100-binary/")
        } follow: { folder, request in
            request.data = folder["cifar-100-binary"]
        },
        Case(advice: "give that, if it is CIFAR's: --data ", kind: .nothing) {
            try $0.write("a.tar", CIFARBytes.archive(CIFARBytes.cifar10(), in: "a"))
        } follow: { folder, request in
            request.data = folder["a.tar"]
        },
        Case(advice: "leave it out, or give CIFAR-100", kind: .cifar) { _ in
        } follow: { folder, request in
            try CIFARFixture.write(CIFARBytes.cifar100(), to: folder, below: "other/")
            request.data = folder["other"]
        },
        // The place
        Case(advice: "give the folder it is in: --data ", kind: .idx) { _ in
        } follow: { folder, request in
            request.data = folder.path
        },
        Case(advice: "give --data synthetic", kind: .nothing) {
            try $0.remove("")
        } follow: { _, request in
            request.data = "synthetic:train=32,val=32"
        },
    ]

    @Test(arguments: cases) func adviceIsFollowed(advice: Case) throws {
        let folder = try TemporaryFolder()
        switch advice.kind {
        case .images: try ImageFixture.write(to: folder)
        case .idx: try IDXFixture.write(to: folder)
        case .cifar: try CIFARFixture.write(CIFARBytes.cifar10(), to: folder)
        case .nothing: break
        }
        try advice.spoil(folder)
        var request = Request(data: folder.path)
        request.options.coarseLabels = advice.advice.contains("CIFAR-100")
        if advice.advice.contains("the folder it is in") { request.data = folder["train-images-idx3-ubyte"] }
        request.options.adviceForUnreadable = "give --skip-unreadable"
        do {
            try request.run()
            Issue.record("nothing was wrong")
        } catch let error as DatasetError {
            #expect(error.description.contains(advice.advice), "\(error)")
        }
        try advice.follow(folder, &request)
        #expect(throws: Never.self) { try request.run() }
    }
}

extension TemporaryFolder {
    fileprivate func move(_ name: String, to other: String) throws {
        let target = URL(fileURLWithPath: self[other])
        try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(at: URL(fileURLWithPath: self[name]), to: target)
    }

    fileprivate func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
