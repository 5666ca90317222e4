import Testing
import Topology

@Suite("The machine drawn")
struct MachineDrawingTests {
    private static func drawing(of machine: Machine, devices: Int, cores: Int = 1) throws -> String {
        "\(MachineDrawing(machine, try CoreAssignment(on: machine, devices: devices, coresPerDevice: cores)))"
    }

    @Test("Two devices on two cores")
    func twoCores() throws {
        let machine = try Machine(synthetic: "package:1 numa:1(memory=8589934592) l3:1(size=33554432) core:2 pu:1")
        #expect(
            try Self.drawing(of: machine, devices: 2) == """
                1 package · 1 node · 2 cores · 2 hardware threads, 2 usable
                ┌ package 0 ──────────────────┐
                │ ┌ node 0 · 8 GiB ─────────┐ │
                │ │ L3 32 MiB  cpu     0  1 │ │
                │ │            device  0  1 │ │
                │ └─────────────────────────┘ │
                └─────────────────────────────┘
                2 devices of 1 core, each on cores of its own
                """)
    }

    @Test("Eight devices take turns on two cores without a shared cache")
    func eightOnTwo() throws {
        let machine = try Machine(synthetic: "numa:1(memory=1610612736) core:2 pu:1")
        #expect(
            try Self.drawing(of: machine, devices: 8) == """
                1 package · 1 node · 2 cores · 2 hardware threads, 2 usable
                ┌ package 0 ──────────────────────────┐
                │ ┌ node 0 · 1.5 GiB ───────────────┐ │
                │ │ cores  cpu           0        1 │ │
                │ │        device  0,2,4,6  1,3,5,7 │ │
                │ └─────────────────────────────────┘ │
                └─────────────────────────────────────┘
                8 devices of 1 core on 2 cores: up to 4 take turns on each
                """)
    }

    @Test("Second hardware threads appear where they are used, exclusions say why")
    func exclusions() throws {
        let machine = try Machine(synthetic: "package:2 numa:1(memory=17179869184) l3:1(size=16777216) core:4 pu:2")
            .excluding(as: .container) { $0 >= 8 }.excluding(as: .affinity) { $0 < 2 }.limited(toQuota: 4.5)
        #expect(
            try Self.drawing(of: machine, devices: 2, cores: 2) == """
                2 packages · 2 nodes · 8 cores · 16 hardware threads, 5 usable, quota of 4.5 CPUs
                ┌ package 0 ────────────────────────────┐
                │ ┌ node 0 · 16 GiB ──────────────────┐ │
                │ │ L3 16 MiB  cpu      0   2   4   6 │ │
                │ │            device   –   0   0   1 │ │
                │ │            cpu      1   3   5   7 │ │
                │ │            device   –   1   ·   % │ │
                │ └───────────────────────────────────┘ │
                └───────────────────────────────────────┘
                ┌ package 1 ────────────────────────────┐
                │ ┌ node 1 · 16 GiB ──────────────────┐ │
                │ │ L3 16 MiB  cpu     8-15  ×        │ │
                │ └───────────────────────────────────┘ │
                └───────────────────────────────────────┘
                × outside the container's cpuset: cpu 8-15
                – outside this process's affinity (taskset): cpu 0-1
                % beyond the CPU quota: cpu 7
                2 devices of 2 cores, each on hardware threads of its own
                second hardware threads are in use: the physical cores ran out
                """)
    }

    @Test("Two packages of 64 cores in four nodes")
    func large() throws {
        let machine = try Machine(synthetic: "package:2 numa:2(memory=103079215104) l3:2(size=33554432) core:16 pu:2")
        #expect(
            try Self.drawing(of: machine, devices: 9, cores: 14) == """
                2 packages · 4 nodes · 128 cores · 256 hardware threads, 256 usable
                ┌ package 0 ────────────────────────────────────────────────────┐
                │ ┌ node 0 · 96 GiB ──────────────────────────────────────────┐ │
                │ │ L3 32 MiB  cpu       0    2    4    6    8   10   12   14 │ │
                │ │            device    0    0    0    0    0    0    0    0 │ │
                │ │            cpu      16   18   20   22   24   26   28   30 │ │
                │ │            device    0    0    0    0    0    0    1    1 │ │
                │ │ L3 32 MiB  cpu      32   34   36   38   40   42   44   46 │ │
                │ │            device    2    2    2    2    2    2    2    2 │ │
                │ │            cpu      48   50   52   54   56   58   60   62 │ │
                │ │            device    2    2    2    2    2    2    1    1 │ │
                │ └───────────────────────────────────────────────────────────┘ │
                │ ┌ node 1 · 96 GiB ──────────────────────────────────────────┐ │
                │ │ L3 32 MiB  cpu      64   66   68   70   72   74   76   78 │ │
                │ │            device    3    3    3    3    3    3    3    3 │ │
                │ │            cpu      80   82   84   86   88   90   92   94 │ │
                │ │            device    3    3    3    3    3    3    1    1 │ │
                │ │ L3 32 MiB  cpu      96   98  100  102  104  106  108  110 │ │
                │ │            device    4    4    4    4    4    4    4    4 │ │
                │ │            cpu     112  114  116  118  120  122  124  126 │ │
                │ │            device    4    4    4    4    4    4    1    1 │ │
                │ └───────────────────────────────────────────────────────────┘ │
                └───────────────────────────────────────────────────────────────┘
                ┌ package 1 ────────────────────────────────────────────────────┐
                │ ┌ node 2 · 96 GiB ──────────────────────────────────────────┐ │
                │ │ L3 32 MiB  cpu     128  130  132  134  136  138  140  142 │ │
                │ │            device    5    5    5    5    5    5    5    5 │ │
                │ │            cpu     144  146  148  150  152  154  156  158 │ │
                │ │            device    5    5    5    5    5    5    1    1 │ │
                │ │ L3 32 MiB  cpu     160  162  164  166  168  170  172  174 │ │
                │ │            device    6    6    6    6    6    6    6    6 │ │
                │ │            cpu     176  178  180  182  184  186  188  190 │ │
                │ │            device    6    6    6    6    6    6    1    1 │ │
                │ └───────────────────────────────────────────────────────────┘ │
                │ ┌ node 3 · 96 GiB ──────────────────────────────────────────┐ │
                │ │ L3 32 MiB  cpu     192  194  196  198  200  202  204  206 │ │
                │ │            device    7    7    7    7    7    7    7    7 │ │
                │ │            cpu     208  210  212  214  216  218  220  222 │ │
                │ │            device    7    7    7    7    7    7    1    1 │ │
                │ │ L3 32 MiB  cpu     224  226  228  230  232  234  236  238 │ │
                │ │            device    8    8    8    8    8    8    8    8 │ │
                │ │            cpu     240  242  244  246  248  250  252  254 │ │
                │ │            device    8    8    8    8    8    8    ·    · │ │
                │ └───────────────────────────────────────────────────────────┘ │
                └───────────────────────────────────────────────────────────────┘
                9 devices of 14 cores, each on cores of its own
                across packages: device 1
                """)
    }

    @Test("No drawing is wider than it promises", arguments: CoreAssignmentTests.machines)
    func width(description: String) throws {
        let machine = try Machine(synthetic: description)
        for devices in [1, 7, 200] {
            let lines = try Self.drawing(of: machine, devices: devices).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= MachineDrawing.width })
        }
    }
}
