import JSONText

extension Setting {
    /// How images are brought to the network, and which it sees.
    static let images = [
        Setting(
            "resize", .number(\.resize, .resize),
            help:
                "Scale images so that their shorter side has so many pixels, and keep the square in their centre, of which evaluation "
                + "sees the centre.",
            discussion:
                "Default: 256 for networks of 224 and 227 pixels, in proportion for others; IDX files and CIFAR stay as they are.",
            valueName: "n"),
        Setting(
            "crop", .truth(\.crop),
            help: "Train on random crops of the network's size out of that square, at one scale.",
            discussion: "Default: for folders of photos. IDX files and CIFAR need --resize, too."),
        Setting(
            "random-resized-crop", .truth(\.randomResizedCrop),
            help:
                "Train on random parts of whole images instead, scaled to the network's size: 8 to 100 % of the area, from 3:4 to "
                + "4:3.",
            discussion: "Images of a folder are then decoded anew each epoch."),
        Setting(
            "scale-jitter", .scales,
            help:
                "Train on crops of the network's size out of whole images, each scaled anew so that its shorter side has from the first to "
                + "the second number of pixels.",
            discussion: "256,512 is VGG's. Images of a folder are then decoded anew each epoch.", valueName: "n,n"),
        Setting(
            "pad-crop", .number(\.padCrop, .padCrop),
            help:
                "Instead, put so many rows and columns around each image, and train on windows at random places; 0: none. Default: 0.",
            discussion: "4 is usual for CIFAR.", valueName: "n"),
        Setting(
            "pad-mode", .choice(\.padMode),
            help: "What stands there: zeros, which are black, or reflect, the image mirrored at its edge. Default: zeros."),
        Setting(
            "mirror", .truth(\.mirror), help: "Train on mirror images, too.",
            discussion: "Default: but for IDX files."),
        Setting(
            "flip", .choice(\.flip),
            help:
                "Which images --mirror shows mirrored: random, half of them, drawn each epoch; alternating, each every other epoch. "
                + "Default: random."),
        Setting("colour", .truth(\.colour), help: "Train on shifted colours."),
        Setting(
            "cutout", .number(\.cutout, .cutout),
            help: "Train on images of which a square of so many rows is blank, around a random pixel; 0: none. Default: 0.",
            discussion: "What is blank is 0 for the network, the mean. 8 or 16 are usual for CIFAR.", valueName: "n"),
        Setting(
            "exif-orientation", .truth(\.exifOrientation),
            help: "Turn and mirror images as their files' orientation tags say."),
        Setting(
            "input-threads", .value(\.inputThreads, "a whole number from 1 to 256") { (1...256).contains($0) }, role: .conduct,
            help: "Threads that decode images ahead of training.", valueName: "n"),
        Setting(
            "image-cache", onceCalled: ["picture-cache"],
            .value(\.imageCache, "a number of MiB from 0 to \(1 << 30)") { (0...(1 << 30)).contains($0) }, role: .conduct,
            help: "MiB of decoded images kept.", valueName: "n"),
    ]
}

extension SettingForm {
    fileprivate static let scales = SettingForm(
        "the least and the largest number of pixels, such as 256,512, each at least 1 and at most \(NumberBounds.resize.range.upperBound)",
        kind: .list
    ) { text, configuration in
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
            NumberBounds.resize.number($0.filter { $0 != " " })
        }
        guard numbers.count == 2, let least = numbers[0], let most = numbers[1], least <= most else { return false }
        configuration.scaleJitter = least...most
        return true
    } write: {
        $0.scaleJitter.map { [$0.lowerBound, $0.upperBound].json }
    }
}
