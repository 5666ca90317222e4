import Testing
import TextLayout

/// A table fits: cells are folded or cut, then columns go in the order of their ranks.
@Suite struct TextTableTests {
    private var table: TextTable {
        var table = TextTable(columns: [
            TextTable.Column("layer", fold: .cut(least: 5)), TextTable.Column("operation", fold: .wrapped(least: 12)),
            TextTable.Column("size", unit: "MiB", alignment: .right, rank: 2), TextTable.Column("kernel", rank: 1),
        ])
        table.rows = [
            .cells(["conv1", "convolution 11×11, stride 4 + ReLU", "70.90", "jit:avx512"]),
            .heading("a heading over what follows:"),
            .cells(["ein-langer-Name", "猫猫猫猫猫猫猫猫猫猫", "1.00", ""]),
        ]
        table.footer = ["all", "", "71.90", ""]
        return table
    }

    @Test func withoutAWidthAllIsShown() {
        #expect(
            table.rendered(width: nil) == """
                layer            operation                            size  kernel
                                                                       MiB
                ──────────────────────────────────────────────────────────────────────
                conv1            convolution 11×11, stride 4 + ReLU  70.90  jit:avx512
                a heading over what follows:
                ein-langer-Name  猫猫猫猫猫猫猫猫猫猫                 1.00
                ──────────────────────────────────────────────────────────────────────
                all                                                  71.90
                """)
    }

    @Test func cellsAreFoldedAndCutBeforeAColumnGoes() {
        let whole = table.rendered(width: 44)
        #expect(whole.contains("kernel") && whole.contains("70.90") && !whole.contains("no room"))
        let narrow = table.rendered(width: 30)
        #expect(narrow.contains("(no room for a column: kernel)") && narrow.contains("size") && narrow.contains("…"))
        let narrower = table.rendered(width: 22)
        #expect(narrower.contains("kernel") && !narrower.contains("70.90") && narrower.contains("conv1"))
    }

    @Test func noLineIsWiderThanTold() {
        for width in 1...90 {
            let lines = table.rendered(width: width).split(separator: "\n")
            #expect(lines.allSatisfy { String($0).columns <= width }, "\(width)")
        }
    }

    @Test func columnsGoByRankAndTheOthersTakeTheRoom() {
        let wishes = [
            ColumnFit.Wish(natural: 5), ColumnFit.Wish(natural: 20, least: 10), ColumnFit.Wish(natural: 8, rank: 1),
            ColumnFit.Wish(natural: 8, rank: 2),
        ]
        for (width, shown, widths) in [
            (nil, [0, 1, 2, 3], [5, 20, 8, 8]), (47, [0, 1, 2, 3], [5, 20, 8, 8]), (40, [0, 1, 2, 3], [5, 13, 8, 8]),
            (36, [0, 1, 3], [5, 19, 8]), (20, [0, 1], [5, 13]), (3, [0, 1], [5, 10]),
        ] as [(Int?, [Int], [Int])] {
            let fit = ColumnFit(wishes, gap: 2, width: width)
            #expect(fit.shown == shown && fit.widths == widths, "\(width ?? -1): \(fit)")
        }
    }
}
