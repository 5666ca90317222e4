import Glibc
import Testing
import Topology

@Suite("Threads pinned to cores", .serialized)
struct CoreBinderTests {
    /// Binds on a thread of its own: a test must not pin the thread that runs other tests.
    private static func binding(to thread: Int, node: Int) throws -> CoreBinding {
        final class Work {
            let binder: CoreBinder
            let thread, node: Int
            var binding: CoreBinding?
            init(_ binder: CoreBinder, _ thread: Int, _ node: Int) {
                (self.binder, self.thread, self.node) = (binder, thread, node)
            }
        }
        let work = Work(try CoreBinder(), thread, node)
        var id = pthread_t()
        let status = pthread_create(
            &id, nil,
            {
                let work = Unmanaged<Work>.fromOpaque($0!).takeUnretainedValue()
                work.binding = work.binder.bindCurrentThread(to: work.thread, node: work.node)
                return nil
            }, Unmanaged.passUnretained(work).toOpaque())
        #expect(status == 0)
        pthread_join(id, nil)
        return try #require(work.binding)
    }

    @Test("Each usable core's binding reads back as asked")
    func readsBack() throws {
        let machine = try Machine.discover()
        for core in machine.cores {
            for thread in core.usableThreads {
                let binding = try Self.binding(to: thread.index, node: core.node)
                #expect(binding.isPinned || !binding.warnings.isEmpty)
                if binding.isPinned {
                    #expect(binding.location == thread.index)
                    #expect(binding.description.hasPrefix("cpu \(thread.index): pinned"))
                }
            }
        }
    }

    @Test("A refused binding is a warning with the true binding, not an error")
    func refused() throws {
        let binding = try Self.binding(to: 4000, node: 0)
        #expect(!binding.isPinned)
        #expect(binding.warnings.first?.contains("cpu 4000") == true)
        #expect(!binding.allowed.isEmpty)
        #expect(binding.description.hasPrefix("cpu 4000: not pinned, may run on"))
    }
}
