/// How a run's data differ from those it began with, and what that means to the run.
package struct DataComparison: Sendable, Hashable {
    package enum Grade: Int, Sendable, Comparable {
        case same
        /// The same images under other names of classes, or images with other content: worth a word.
        case retouched
        /// Labels or images are others: a run that goes on with them is another run.
        case other

        package static func < (first: Grade, second: Grade) -> Bool { first.rawValue < second.rawValue }
    }

    package private(set) var grade = Grade.same
    /// A sentence for each difference.
    package private(set) var differences: [String] = []

    /// The first few of what may be many.
    package var summary: String {
        let most = 3
        return differences.prefix(most).joined(separator: "; ")
            + (differences.count > most ? "; and \(differences.count - most) more" : "")
    }

    package init(of now: DataIdentity, with before: DataIdentity) {
        guard now != before else { return }
        if now.traits != before.traits {
            note(.other, now.classes.isEmpty ? "their options are others" : "the sizes or the pixels of the images are others")
        }
        if now.classes.count != before.classes.count {
            compareClasses(now.classes.map(\.name), before.classes.map(\.name))
            return
        }
        let owners = Dictionary(grouping: before.classes.indices) { Content(before.classes[$0]) }
        let holders = Dictionary(grouping: now.classes, by: Content.init)
        let names = (now: Set(now.classes.map(\.name)), before: Set(before.classes.map(\.name)))
        for (label, pair) in zip(now.classes, before.classes).enumerated() where pair.0 != pair.1 {
            let content = Content(pair.0)
            let owner = owners[content] ?? []
            // Of classes with equal files nobody can tell which is which.
            let isUnique = owner.count == 1 && holders[content]?.count == 1
            let isCertain = isUnique || names.now.subtracting(names.before).count == 1
            // A name that stands elsewhere is a class that has moved.
            let isRenamed = isCertain && !names.before.contains(pair.0.name) && !names.now.contains(pair.1.name)
            compare(
                pair.0, pair.1, label, isRenamed: isRenamed, movedFrom: isUnique ? before.classes[owner[0]].name : nil)
        }
    }

    /// A class's images, whatever it is called.
    private struct Content: Hashable {
        let training: String
        let validation: String
        let files: String

        init(_ data: DataIdentity.Class) {
            (training, validation, files) = (data.training, data.validation, data.files)
        }
    }

    private static func counts(_ data: DataIdentity.Class) -> String {
        "\(data.trainingCount) training and \(data.validationCount) validation image\(data.validationCount == 1 ? "" : "s")"
    }

    private mutating func note(_ grade: Grade, _ sentence: String) {
        self.grade = max(self.grade, grade)
        differences.append(sentence)
    }

    private mutating func compareClasses(_ now: [String], _ before: [String]) {
        let gone = before.filter { !now.contains($0) }
        let added = now.filter { !before.contains($0) }
        func list(_ names: [String]) -> String { names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "") }
        note(
            .other,
            "there are \(now.count) classes, and were \(before.count)" + (gone.isEmpty ? "" : ", without \(list(gone)) now")
                + (added.isEmpty ? "" : ", with \(list(added)) now"))
    }

    private mutating func compare(
        _ now: DataIdentity.Class, _ before: DataIdentity.Class, _ label: Int, isRenamed: Bool, movedFrom old: String?
    ) {
        let hasSameNames = (now.training, now.validation) == (before.training, before.validation)
        if isRenamed && hasSameNames && now.files == before.files {
            note(.retouched, "class \(label) is called \(now.name) now, and was \(before.name): its images are the same")
        } else if let old, old != now.name {
            note(.other, "class \(label), \(now.name), has the images that \(old) had")
        } else if now.name != before.name {
            note(.other, "class \(label) is \(now.name) now, and was \(before.name)")
        } else if hasSameNames {
            note(.retouched, "images of \(now.name) have other sizes in bytes")
        } else if (now.trainingCount, now.validationCount) == (before.trainingCount, before.validationCount) {
            note(.other, "\(now.name) has images of other names")
        } else {
            note(
                .other,
                "\(now.name) had \(Self.counts(before)), and has \(Self.counts(now))")
        }
    }
}
