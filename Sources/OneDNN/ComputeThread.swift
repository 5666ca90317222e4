import COneDNN
import CThreads

/// Settings of the calling thread that kernels rely on. Each belongs to the thread, so every lane calls ``prepare()`` once, on
/// its own thread, before it creates or runs its first primitive.
package enum ComputeThread {
    /// One OpenMP thread, denormals treated as zero.
    package static func prepare() {
        useOneOpenMPThread()
        flushDenormals()
    }

    /// A primitive must run with the number of threads it was created with, and with one no OpenMP region is entered.
    package static func useOneOpenMPThread() { onednn_thread_set_openmp_threads(1) }

    /// oneDNN leaves denormals to the processor, which is a hundred times slower with them.
    package static func flushDenormals() { cthreads_flush_denormals() }

    /// How many threads a kernel called from this thread would use.
    package static var openMPThreads: Int { Int(onednn_thread_openmp_threads()) }
}
