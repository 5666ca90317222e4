import Checkpoints
import JSONText
import Testing

/// RFC 8259, section 7: what is written, and that it is read again.
@Suite struct JSONStringTests {
    @Test func whatMustBeEscapedIsAndNothingElse() {
        #expect(
            JSONString.quoted("\u{0}\u{1}\u{8}\u{F}\u{10}\u{1F} /~\u{7F}é🙂")
                == "\"\\u0000\\u0001\\u0008\\u000f\\u0010\\u001f /~\u{7F}é🙂\"")
        #expect(JSONString.quoted("\"\\\n\r\t") == "\"\\\"\\\\\\n\\r\\t\"")
        #expect(JSONString.quoted("") == "\"\"")
    }

    @Test func anArrayIsReadAgainAndNoLongerOne() {
        let all: [[String]] = [[], [""], ["a"], ["a", "b \"c\", \\", "\u{1F}\né🙂"]]
        for texts in all {
            let json = JSONString.array(texts)
            #expect(JSONString.texts(ofArray: json, atMost: texts.count) == texts)
            if !texts.isEmpty { #expect(JSONString.texts(ofArray: json, atMost: texts.count - 1) == nil) }
        }
    }

    @Test func spaceMayStandAnywhere() {
        #expect(JSONString.texts(ofArray: " [ ] ", atMost: 0) == [])
        #expect(JSONString.texts(ofArray: "\n[ \"a\" , \"b\" ]\t", atMost: 2) == ["a", "b"])
    }

    @Test(arguments: [
        "", "[", "[]]", "[\"a\"", "[\"a\",", "[\"a\",]", "[\"a\" \"b\"]", "[,]", "[1]", "{}", "\"a\"", "[\"a\"]x",
    ]) func whatIsNoArrayOfTextsIsNotRead(json: String) {
        #expect(JSONString.texts(ofArray: json, atMost: 9) == nil)
    }
}
