/// The files of small CIFAR sets that are in order.
package enum CIFARBytes {
    /// Pixel `i` of the images of a file made here; `salt` tells files apart.
    package static func pixel(_ i: Int, salt: Int) -> UInt8 { UInt8((i * 37 + i / 11 + salt * 101) & 255) }

    /// `count` records with these labels; those of record i are a function of i and `salt`.
    package static func records(_ count: Int, salt: Int, labels: (Int) -> [UInt8]) -> [UInt8] {
        (0..<count).flatMap { record in labels(record) + (0..<3072).map { pixel(record * 3072 + $0, salt: salt) } }
    }

    /// The label of a record of a CIFAR-10 file.
    package static func label(_ record: Int, salt: Int) -> UInt8 { UInt8((record * 3 + salt) % 10) }
    /// Those of a CIFAR-100 file: the coarse one and the fine one.
    package static func labels(_ record: Int, salt: Int) -> [UInt8] {
        [UInt8((record * 7 + salt) % 20), UInt8((record * 13 + salt) % 100)]
    }

    package static let names10 = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// CIFAR-10: five files for training, of which file k (from 1) has `count(k)` records, one for validation, and the names.
    package static func cifar10(count: (Int) -> Int = { _ in 1 }) -> [(name: String, bytes: [UInt8])] {
        let meta = Array((names10.joined(separator: "\n") + "\n\n").utf8)
        let training = (1...5).map { file in
            (name: "data_batch_\(file).bin", bytes: records(count(file), salt: file) { [label($0, salt: file)] })
        }
        return [("batches.meta.txt", meta)] + training + [("test_batch.bin", records(count(6), salt: 6) { [label($0, salt: 6)] })]
    }

    /// CIFAR-100: `count(1)` records for training and `count(2)` for validation.
    package static func cifar100(count: (Int) -> Int = { _ in 2 }) -> [(name: String, bytes: [UInt8])] {
        func names(_ kind: String, _ count: Int) -> [UInt8] { (0..<count).flatMap { Array("\(kind)_\($0)\n".utf8) } }
        return [
            ("coarse_label_names.txt", names("coarse", 20)), ("fine_label_names.txt", names("fine", 100)),
            ("train.bin", records(count(1), salt: 1) { labels($0, salt: 1) }),
            ("test.bin", records(count(2), salt: 2) { labels($0, salt: 2) }),
        ]
    }

    /// The files as the published archives have them.
    package static func archive(_ files: [(name: String, bytes: [UInt8])], in folder: String) -> [UInt8] {
        TarBytes.member("\(folder)/", [], type: "5") + TarBytes.archive(files.map { ("\(folder)/\($0.name)", $0.bytes) })
    }
}
