import Glibc

/// The system's reason for refusing something, by its number (`errno`), and what a user can do about it.
struct SystemReason: CustomStringConvertible {
    let code: Int32

    var description: String { String(cString: strerror(code)) }

    var remedy: String {
        switch code {
        case ENOSPC, EDQUOT: "free some space there, then resume"
        case EACCES, EPERM: "grant this user access to the file and its folder, or choose another folder"
        case EROFS: "choose a folder that can be written"
        case EFBIG: "raise the limit on the size of files (ulimit -f)"
        case EMFILE, ENFILE: "raise the limit on open files (ulimit -n)"
        case ENOENT, ENOTDIR: "check the path"
        case ENOLCK, EOPNOTSUPP, ENOSYS: "choose a folder on a disk of this machine"
        case EISDIR: "give the path of a file"
        default: "check the disk, then resume"
        }
    }
}
