import Networks
import Tensors

/// The modules that Inception v3 is made of, under torchvision's names.
///
/// Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, figures 5 to 7 and 10.
enum InceptionV3 {
    static let (row, column) = (RowsAndColumns(1, 7), RowsAndColumns(7, 1))
    private static let (shortRow, shortColumn) = (RowsAndColumns(1, 3), RowsAndColumns(3, 1))

    static func unit(
        _ filters: Int, _ kernel: RowsAndColumns, stride: RowsAndColumns = 1, padding: RowsAndColumns? = nil, _ name: String
    ) -> ConvBNReLU {
        ConvBNReLU(filters, kernel: kernel, stride: stride, padding: padding, epsilon: 1e-3, name: name)
    }

    /// A branch of a mean and a projection; the padding counts in the mean.
    @LayerBuilder private static func pooled(_ filters: Int) -> [any Layer] {
        AvgPool2D(3, stride: 1, padding: 1)
        unit(filters, 1, "branch_pool")
    }

    /// Figure 5, but for one convolution of 5 × 5.
    static func fives(_ place: String, pooled filters: Int) -> Named {
        Named("Mixed_\(place)") {
            Concat {
                unit(64, 1, "branch1x1")
                Sequential {
                    unit(48, 1, "branch5x5_1")
                    unit(64, 5, "branch5x5_2")
                }
                Sequential {
                    unit(64, 1, "branch3x3dbl_1")
                    unit(96, 3, "branch3x3dbl_2")
                    unit(96, 3, "branch3x3dbl_3")
                }
                Sequential(pooled(filters))
            }
        }
    }

    static func firstReduction(_ place: String) -> Named {
        Named("Mixed_\(place)") {
            Concat {
                unit(384, 3, stride: 2, padding: 0, "branch3x3")
                Sequential {
                    unit(64, 1, "branch3x3dbl_1")
                    unit(96, 3, "branch3x3dbl_2")
                    unit(96, 3, stride: 2, padding: 0, "branch3x3dbl_3")
                }
                MaxPool2D(3, stride: 2)
            }
        }
    }

    /// Figure 6, n = 7.
    static func sevens(_ place: String, inner: Int) -> Named {
        Named("Mixed_\(place)") {
            Concat {
                unit(192, 1, "branch1x1")
                Sequential {
                    unit(inner, 1, "branch7x7_1")
                    unit(inner, row, "branch7x7_2")
                    unit(192, column, "branch7x7_3")
                }
                Sequential {
                    unit(inner, 1, "branch7x7dbl_1")
                    unit(inner, column, "branch7x7dbl_2")
                    unit(inner, row, "branch7x7dbl_3")
                    unit(inner, column, "branch7x7dbl_4")
                    unit(192, row, "branch7x7dbl_5")
                }
                Sequential(pooled(192))
            }
        }
    }

    static func secondReduction(_ place: String) -> Named {
        Named("Mixed_\(place)") {
            Concat {
                Sequential {
                    unit(192, 1, "branch3x3_1")
                    unit(320, 3, stride: 2, padding: 0, "branch3x3_2")
                }
                Sequential {
                    unit(192, 1, "branch7x7x3_1")
                    unit(192, row, "branch7x7x3_2")
                    unit(192, column, "branch7x7x3_3")
                    unit(192, 3, stride: 2, padding: 0, "branch7x7x3_4")
                }
                MaxPool2D(3, stride: 2)
            }
        }
    }

    /// Figure 7.
    static func wide(_ place: String) -> Named {
        Named("Mixed_\(place)") {
            Concat {
                unit(320, 1, "branch1x1")
                Sequential {
                    unit(384, 1, "branch3x3_1")
                    Concat {
                        unit(384, shortRow, "branch3x3_2a")
                        unit(384, shortColumn, "branch3x3_2b")
                    }
                }
                Sequential {
                    unit(448, 1, "branch3x3dbl_1")
                    unit(384, 3, "branch3x3dbl_2")
                    Concat {
                        unit(384, shortRow, "branch3x3dbl_3a")
                        unit(384, shortColumn, "branch3x3dbl_3b")
                    }
                }
                Sequential(pooled(192))
            }
        }
    }

    static func auxiliaryHead(classes: Int) -> AuxiliaryLoss {
        AuxiliaryLoss(weight: 0.4, name: "aux") {
            Named("AuxLogits") {
                AvgPool2D(5, stride: 3)
                unit(128, 1, "conv0")
                unit(768, 5, padding: 0, "conv1")
                GlobalAveragePool2D()
                Dense.scores(classes, of: 768, name: "fc")
            }
        }
    }
}
