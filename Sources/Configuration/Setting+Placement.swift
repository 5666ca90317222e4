extension Setting {
    /// Where a run takes place, and how it computes.
    static let placement = [
        Setting(
            "mode", .choice(\.mode), role: .conduct,
            help: "How the work is spread: single, data, model or hybrid."),
        Setting(
            "devices", .number(\.devices, .devices), role: .conduct,
            help: "How many devices.",
            discussion: "Default: 1 for single, 2 for model and hybrid, all cores for data.", valueName: "n"),
        Setting(
            "cores-per-device", .number(\.coresPerDevice, .coresPerDevice), role: .conduct,
            help: "Cores of each device.", valueName: "n"),
        Setting(
            "micro-batches", onceCalled: ["shards"], .number(\.microBatches, .microBatches), role: .conduct,
            help: "Into how many micro-batches the batch is cut: weights depend on this number, not on the devices.",
            discussion:
                "Default: as many as there are cores with examples of their own, so that another machine may take another "
                + "number; it is printed with the weights' SHA-256.",
            valueName: "n"),
        Setting(
            // What a checkpoint records of the kernels holds, however they were chosen.
            "kernels", .choice(\.kernels), role: .conduct,
            help: "How kernels are chosen where there are several: measured or standard.",
            discussion: "measured: the fastest on this machine, timed once and then known. standard: the same on every machine. "
                + "Default: measured.",
            valueName: "name"),
        Setting(
            "precision", .choice(\.precision),
            help: "Activations and products: f32 or bf16. Default: f32.", valueName: "format"),
        Setting(
            "device-memory", .value(\.deviceMemory, "a size with its unit, such as 3GiB or 500MB, below 1000000TB"),
            role: .conduct,
            help: "The most memory of a device, such as 3GiB; a run of which one needs more is refused.",
            discussion: "Default: what the container or the machine has for all of them together.", valueName: "size"),
    ]
}
