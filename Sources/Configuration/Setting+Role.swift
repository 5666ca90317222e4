extension Setting {
    /// What a setting is to a run that goes on after an interruption.
    enum Role {
        /// Decides what is learnt, so that a run keeps it to its end.
        case learning
        /// Decides where, how long and with what care; a run may go on with another.
        case conduct
        /// Belongs to one call of the program, and to no configuration that is fed back.
        case call
    }

    /// A setting that is not named here decides what is learnt: nothing that is forgotten can change a run unseen.
    var role: Role {
        switch name {
        case "mode", "devices", "device-memory", "cores-per-device", "micro-batches", "epochs", "steps", "input-threads",
            "image-cache",
            "evaluate-every", "save-every", "keep", "stall-timeout", "json",
            // What a checkpoint records of the kernels holds, however they were chosen.
            "kernels",
            // Where the data lie; that they are the same is held to by their content.
            "data", "skip-unreadable":
            .conduct
        case "run", "runs", "run-folder", "resume", "allow-changed-data":
            .call
        default:
            .learning
        }
    }
}
