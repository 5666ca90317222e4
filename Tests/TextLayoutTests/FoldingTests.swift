import Glibc
import Testing
import TextLayout

/// A text keeps to the columns that it is given, measured as a terminal does.
@Suite struct FoldingTests {
    @Test func aLineIsFoldedWhereAPhraseEnds() {
        let text = "1 epoch, 6 steps of 32 images · learning rate 0.05, cosine · momentum 0.9"
        #expect(text.folded(to: 30) == ["1 epoch, 6 steps of 32 images", "learning rate 0.05, cosine", "momentum 0.9"])
        #expect(
            text.folded(to: 44, hanging: 2) == ["1 epoch, 6 steps of 32 images", "  learning rate 0.05, cosine · momentum 0.9"])
        #expect(text.folded(to: 200) == [text])
    }

    @Test func aSentenceIsFoldedBetweenWordsAndAPathStaysWhole() {
        let text = "/a/very/long/path/that/is/wider/than/the/line is no folder; give one"
        #expect(
            text.folded(to: 20, hanging: 2, at: .words) == [
                "/a/very/long/path/that/is/wider/than/the/line", "  is no folder; give", "  one",
            ])
        #expect("no way".folded(to: 3, at: .words) == ["no", "way"])
    }

    /// Whatever the text and the width: no line is wider, nothing is lost, no number parts from within.
    @Test func noLineIsWiderThanTold() {
        let texts = [
            "network     alexnet, 10 classes · 60,965,224 parameters · input 3 × 227 × 227",
            "weights     SHA-256 a30d22e20e7e0782116815834e08d9de40bfee3236e90927fd215a159efa63cb", "  two blanks before",
            "data        写真のデータ/猫と犬とうさぎと亀 (二つのクラス) · 一二三四五六七八九十", "👩‍👩‍👧‍👦 und e\u{301}e\u{301}e\u{301} ❤️❤️❤️❤️❤️❤️",
            String(repeating: "a", count: 300), "", " ", "a  b   c",
        ]
        for text in texts {
            for width in [8, 9, 12, 13, 20, 31, 40, 59, 60, 80, 100] {
                for hanging in [0, 2, 12] {
                    let lines = text.folded(to: width, hanging: hanging)
                    #expect(lines.allSatisfy { $0.columns <= width }, "\(width) \(lines)")
                    func letters(_ text: String) -> String { text.filter { $0 != " " && $0 != "·" } }
                    #expect(letters(lines.joined()) == letters(text), "\(width) \(lines)")
                }
                #expect(text.cut(to: width).columns <= width)
                #expect(text.columns > width || text.cut(to: width) == text)
            }
        }
    }

    @Test func columnsOfATerminal() {
        for (text, columns) in [
            ("abc", 3), ("ä", 1), ("a\u{308}", 1), ("猫", 2), ("ｱ", 1), ("Ａ", 2), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2),
            ("🙂", 2),
            ("❤️", 2), ("·×÷–━", 5), ("", 0),
        ] {
            #expect(text.columns == columns, "\(text)")
        }
        #expect("猫犬".cut(to: 3) == "猫…" && "猫犬".cut(to: 4) == "猫犬" && "猫犬".cut(to: 2) == "…")
        #expect("猫".padded(to: 4) == "猫  " && "猫".right(4) == "  猫")
        #expect("a\u{1B}[2Jb\nc".printable == "a\\u{1B}[2Jb\\nc")
    }

    /// Of every character that the C library knows, ours is never the narrower count: a line that fits by ours fits on its terminals.
    @Test func noCharacterIsTakenForNarrowerThanTheCLibraryHasIt() throws {
        let locale = try #require(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        try #require(wcwidth(0x732B) == 2, "the C library has no widths in this locale")
        var wrong: [UInt32] = []
        for value in UInt32(0x20)...0x3FFFF where value < 0x7F || value > 0x9F {
            // Later characters than those of Unicode 14 may be unknown to one of the two.
            guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age, age.major < 14 else { continue }
            if scalar.columns < wcwidth(Int32(value)) { wrong.append(value) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }
}

/// The C library's `wcwidth(3)`, which its header declares for X/Open only: columns of a character, -1 for control characters.
@_silgen_name("wcwidth") private func wcwidth(_ character: Int32) -> Int32
