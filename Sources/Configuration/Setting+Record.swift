import JSONText

extension Setting {
    /// What a run tells, what it keeps, and what it begins with.
    static let record = [
        Setting(
            "evaluate-every", .number(\.evaluateEvery, .evaluateEvery), role: .conduct,
            help: "Epochs between passes over the validation set; 0: none.", valueName: "n"),
        Setting(
            "stall-timeout", .number(\.stallTimeout, .stallTimeout), role: .conduct,
            help: "Seconds, beyond the longest step, after which a step in which nothing moves is ended; 0: never. Default: 60.",
            discussion: "The message says which core waits for which; what was last whole is saved.", valueName: "n"),
        Setting(
            "json", .truth(\.json), role: .conduct,
            help: "Print JSON, an object a line, each with an event."),
        Setting(
            "run", .text(\.run, "a name, or a path with a slash in it", kind: .path), role: .call,
            help: "The run's folder: a name, or a path with a slash.",
            discussion: "It must not exist, except to resume. Default: a name of its own.", valueName: "name|path"),
        Setting(
            "runs", .text(\.runs, "a folder", kind: .path), role: .call,
            help: "The folder of the runs' folders. Default: runs.", valueName: "path"),
        Setting(
            "run-folder", .truth(\.runFolder), role: .call,
            help: "Keep settings, metrics, log and checkpoints in a folder. Without, nothing is left behind."),
        Setting(
            "save-every", .number(\.saveEvery, .saveEvery), role: .conduct,
            help: "Steps between checkpoints; 0: only the best and the last.",
            discussion: "Default: at the end of each epoch, and after ten minutes in longer ones.", valueName: "n"),
        Setting(
            "keep", .number(\.keep, .keep), role: .conduct,
            help: "How many of the last checkpoints stay, beside the best. Default: 3.", valueName: "n"),
        Setting(
            "resume", .text(\.resume, "auto, a run's folder or a checkpoint", kind: .path), role: .call,
            help: "Go on with a run, to the same weights as if it had never ended: its folder, a checkpoint, or auto.",
            discussion:
                "auto: the run of --run, otherwise the one that was saved last. Settings come from the checkpoint; mode, devices "
                + "and duration may be given anew.",
            valueName: "auto|path"),
        Setting(
            "allow-changed-data", .truth(\.allowChangedData), role: .call,
            help: "Go on although the data are not those that the run began with: images were removed, classes renamed."),
        Setting(
            "init-from", .text(\.initFrom, "a .safetensors file", kind: .path),
            help: "Begin with the weights of a .safetensors file, a checkpoint's or another's.", valueName: "path"),
        Setting(
            "init-partial", .truth(\.initPartial),
            help:
                "Of the file of --init-from, take the parameters that fit by name and shape, and begin the others from the seed."),
        Setting(
            "init-map", .layerMappings,
            help: "Layers of the file of --init-from that the network calls otherwise: features.3=features.5,...",
            discussion:
                "A scope stands for all layers in it; nothing behind the equals sign leaves a layer out. A layer that is given weights so "
                + "takes no others.",
            valueName: "layer=layer,..."),
    ]
}

extension SettingForm {
    fileprivate static let layerMappings = SettingForm(
        "layers of the file and of the network, such as features.3=features.5,fc=", kind: .list
    ) { text, configuration in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let mappings = parts.compactMap { LayerMapping(String($0)) }
        guard mappings.count == parts.count, Set(mappings.map(\.source)).count == parts.count else { return false }
        configuration.initMap = mappings
        return true
    } write: {
        $0.initMap.isEmpty ? nil : $0.initMap.json
    }
}
