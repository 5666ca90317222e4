import Datasets
import Tensors
import Testing
import Training

/// What is taken for the same data, and what for other data.
@Suite struct DataIdentityTests {
    /// A set of which only the names are real.
    private struct NamedSet: ImageDataset {
        var classNames: [String]
        /// Of each class: its training images' names and sizes; the first is validated on.
        var files: [[(name: String, bytes: Int)]]
        var traits: [UInt8] = [1]

        init(_ classes: KeyValuePairs<String, [(name: String, bytes: Int)]>) {
            classNames = classes.map(\.key)
            files = classes.map(\.value)
        }

        let name = "named"
        let imageShape: Shape = [3, 8, 8]
        let normalisation = Normalisation.imageNet
        let isWorthCaching = false
        var identityBasis: IdentityBasis { .examples(traits: traits) }

        private func examples(_ split: Split) -> [(label: Int, file: (name: String, bytes: Int))] {
            files.enumerated().flatMap { label, files in (split == .training ? files[...] : files.prefix(1)).map { (label, $0) } }
        }

        func exampleCount(_ split: Split) -> Int { examples(split).count }
        func label(of index: Int, in split: Split) -> Int { examples(split)[index].label }
        func key(of index: Int, in split: Split) -> ExampleKey {
            let file = examples(split)[index].file
            return ExampleKey(name: Array(file.name.utf8), byteCount: file.bytes)
        }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) {}
    }

    private static let cats = [(name: "0.jpg", bytes: 10), (name: "1.jpg", bytes: 11)]
    private static let dogs = [(name: "0.jpg", bytes: 20), (name: "1.jpg", bytes: 21), (name: "2.jpg", bytes: 22)]
    private static let before = NamedSet(["cat": cats, "dog": dogs])

    private static func compare(_ now: NamedSet, with before: NamedSet = before) throws -> DataComparison {
        // As a checkpoint has it.
        let saved = try #require(DataIdentity(text: DataIdentity(of: before).text))
        return DataComparison(of: try DataIdentity(of: now), with: saved)
    }

    @Test func theSameIsTheSame() throws {
        #expect(try Self.compare(Self.before).grade == .same)
        #expect(try Self.compare(Self.before).differences.isEmpty)
        #expect(try DataIdentity(of: Self.before).digest().count == 16)
    }

    /// Each of these makes labels mean other images, or images others.
    @Test func otherDataAreOther() throws {
        var traits = Self.before
        traits.traits = [2]
        let cases: [(NamedSet, String)] = [
            // Folders renamed: into each other's place in the order, and one past the other.
            (NamedSet(["cat": Self.dogs, "dog": Self.cats]), "class 0, cat, has the images that dog had"),
            (NamedSet(["dog": Self.dogs, "kitten": Self.cats]), "class 0 is dog now, and was cat"),
            // Images removed, added, renamed.
            (
                NamedSet(["cat": Self.cats, "dog": Array(Self.dogs.dropLast())]),
                "dog had 3 training and 1 validation image, and has 2 training"
            ),
            (NamedSet(["cat": Self.cats + [("x.jpg", 3)], "dog": Self.dogs]), "cat had 2 training"),
            (NamedSet(["cat": [("0.jpg", 10), ("7.jpg", 11)], "dog": Self.dogs]), "cat has images of other names"),
            // Classes that came and went.
            (NamedSet(["cat": Self.cats, "dog": Self.dogs, "eel": Self.cats]), "there are 3 classes, and were 2, with eel now"),
            (NamedSet(["cat": Self.cats]), "there are 1 classes, and were 2, without dog now"),
            // Another name and other images.
            (NamedSet(["cat": Self.cats, "eel": Self.cats]), "class 1 is eel now, and was dog"),
            (traits, "pixels"),
        ]
        for (now, says) in cases {
            let comparison = try Self.compare(now)
            #expect(comparison.grade == .other, "\(says)")
            #expect(comparison.summary.contains(says), "\(comparison.summary)")
        }
    }

    /// Labels mean the same images still: a class called otherwise, an image copied again.
    @Test func retouchedDataGoOnWithAWord() throws {
        let cases: [(NamedSet, String)] = [
            (NamedSet(["cat": Self.cats, "hound": Self.dogs]), "class 1 is called hound now, and was dog"),
            (NamedSet(["Cat": Self.cats, "hound": Self.dogs]), "class 0 is called Cat now, and was cat"),
            (NamedSet(["cat": [("0.jpg", 10), ("1.jpg", 999)], "dog": Self.dogs]), "images of cat have other sizes"),
        ]
        for (now, says) in cases {
            let comparison = try Self.compare(now)
            #expect(comparison.grade == .retouched, "\(comparison.summary)")
            #expect(comparison.summary.contains(says), "\(comparison.summary)")
        }
    }

    /// Where all classes have files of the same names and sizes, nothing but their own names tells them apart.
    @Test func classesWithEqualFilesAreToldApartByTheirNames() throws {
        let before = NamedSet(["cat": Self.cats, "dog": Self.cats, "eel": Self.cats])
        #expect(
            try Self.compare(NamedSet(["cat": Self.cats, "dog": Self.cats, "fox": Self.cats]), with: before).grade == .retouched)
        for names in [["cat", "eel", "fox"], ["a", "b", "eel"], ["dog", "cat", "eel"]] {
            let now = NamedSet([names[0]: Self.cats, names[1]: Self.cats, names[2]: Self.cats])
            #expect(try Self.compare(now, with: before).grade == .other, "\(names)")
        }
    }

    /// Three differences are told, and how many more there are.
    @Test(arguments: [(2, ""), (3, ""), (4, "; and 1 more"), (5, "; and 2 more")])
    func manyDifferencesStayOneSentence(count: Int, rest: String) throws {
        var (now, before) = (Self.before, Self.before)
        now.classNames = Array(["a", "b", "c", "d", "e"].prefix(count))
        now.files = Array(repeating: Self.cats, count: count)
        before.classNames = Array(["f", "g", "h", "i", "j"].prefix(count))
        before.files = Array(repeating: Self.dogs, count: count)
        let comparison = try Self.compare(now, with: before)
        #expect(comparison.differences.count == count)
        #expect(comparison.summary == comparison.differences.prefix(3).joined(separator: "; ") + rest)
    }

    /// What stands last in a line may have blanks, several and at its ends.
    @Test func namesOfClassesMayHaveBlanks() throws {
        let now = NamedSet(["black  cat": Self.cats, " dog ": Self.dogs])
        #expect(try Self.compare(now, with: now).grade == .same)
    }

    /// Five names are told of the classes that came or went, and whether there are more.
    @Test(arguments: [(5, "a, b, c, d, e"), (6, "a, b, c, d, e, …"), (7, "a, b, c, d, e, …")])
    func theFirstFiveClassesThatCameOrWentAreNamed(count: Int, names: String) throws {
        var more = Self.before
        more.classNames += ["a", "b", "c", "d", "e", "f", "g"].prefix(count)
        more.files += Array(repeating: Self.cats, count: count)
        let came = try Self.compare(more)
        #expect(came.differences == ["there are \(2 + count) classes, and were 2, with \(names) now"])
        let went = try Self.compare(Self.before, with: more)
        #expect(went.differences == ["there are 2 classes, and were \(2 + count), without \(names) now"])
    }

    @Test func syntheticDataFollowFromTheirOptions() throws {
        func identity(_ source: String) throws -> DataIdentity {
            try DataIdentity(of: DatasetSource(parsing: source).open(inputShape: [3, 20, 20]))
        }
        let one = try identity("synthetic:classes=4,train=64,val=8")
        #expect(try identity("synthetic:val=8,train=64,classes=4,seed=0") == one)
        for other in [
            "classes=5,train=64,val=8", "classes=4,train=65,val=8", "classes=4,train=64,val=9", "classes=4,train=64,val=8,seed=1",
            "classes=4,train=64,val=8,difficulty=hard", "classes=4,train=64,val=8,size=40",
        ] {
            #expect(DataComparison(of: try identity("synthetic:" + other), with: one).grade == .other, "\(other)")
        }
    }

    @Test(arguments: [
        "", "data 1", "data 2\nabc", "data 1\nabc\n", "data 1\nabc\n1 2 3", "data 1\nabc\nx a 1 b c cat",
        "data 1\nabc\n1 a x b c cat",
    ]) func whatIsNoIdentityIsNotRead(text: String) {
        #expect(DataIdentity(text: text) == nil)
    }
}
