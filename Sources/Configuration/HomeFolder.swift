import Glibc

/// The home folder in paths: a shell puts it in place of `~`, but not in files and not behind an equals sign.
enum HomeFolder {
    /// The setting's value, with the home folder in place of a `~` before a slash.
    ///
    /// Throws `ConfigurationError.setting` for another user's home folder, and where HOME is not set.
    static func expanded(_ given: GivenSetting) throws(ConfigurationError) -> String {
        guard given.value.hasPrefix("~") else { return given.value }
        let rest = given.value.dropFirst()
        guard rest.isEmpty || rest.hasPrefix("/"), let home = getenv("HOME").map({ String(cString: $0) }), !home.isEmpty else {
            throw .setting(
                place: given.place, value: given.value,
                expectation: "the path written out: ~ stands for the home folder only before a slash and where HOME is set "
                    + "(./~ is a folder of that name)")
        }
        return home + rest
    }
}
