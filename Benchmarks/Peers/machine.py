"""What a measurement on this machine has to say about the machine."""
import os
import pathlib
import platform
import re
import resource

# AMD's processors by family and model, from the model that each line begins with. https://en.wikichip.org/wiki/amd/cpuid
AMD = {
    23: [(0x00, "Zen"), (0x30, "Zen 2")],
    25: [(0x00, "Zen 3"), (0x10, "Zen 4"), (0x20, "Zen 3"), (0x60, "Zen 4"), (0x80, "Zen 3"), (0xA0, "Zen 4")],
    26: [(0x00, "Zen 5")],
}
INSTRUCTIONS = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"]


def processor(text=None):
    """Its name, with the design where the name does not tell it: a virtual machine's is often but `AMD EPYC`."""
    text = text if text is not None else pathlib.Path("/proc/cpuinfo").read_text()
    fields = {}
    for line in text.split("\n\n")[0].splitlines():
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    name = fields.get("model name") or f"{platform.machine()} {fields.get('CPU implementer', '')} {fields.get('CPU part', '')}".strip()
    if "cpu family" not in fields:
        return {"name": name, "slug": slug(name), "instructions": []}
    family, model = int(fields["cpu family"]), int(fields["model"])
    design = None
    if fields.get("vendor_id") == "AuthenticAMD":
        design = next((design for first, design in reversed(AMD.get(family, [])) if model >= first), None)
    flags = fields.get("flags", "").split()
    place = f"family {family}, model {model}"
    return {"name": f"{name} ({design}: {place})" if design else f"{name} ({place})",
            "slug": slug(design or f"{name}-{family}-{model}"), "instructions": [each for each in INSTRUCTIONS if each in flags]}


def has_bf16(described):
    """Whether the processor computes products of bfloat16, without which no library gains by them."""
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(described["instructions"])


def slug(name):
    """Fit for a file's name: `Zen 4` is `zen4`."""
    name = re.sub(r"(?<=[a-z]) (?=\d)", "", name.lower())
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")


def ticks(text):
    """Of all cores: what ran, what the hypervisor gave to others, and all. Ticks."""
    user, nice, system, idle, wait, irq, soft, steal = map(int, text.splitlines()[0].split()[1:9])
    return {"busy": user + nice + system + irq + soft, "stolen": steal, "all": user + nice + system + idle + wait + irq + soft + steal}


class Company:
    """How much of the cores' time went to anything but the measured programs."""

    def __init__(self):
        self.began, self.own = ticks(pathlib.Path("/proc/stat").read_text()), self._own()

    @staticmethod
    def _own():
        return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, [resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN]))

    def shares(self):
        """Others on this machine, and the hypervisor's other machines, as shares of all cores' time since this was made."""
        now = ticks(pathlib.Path("/proc/stat").read_text())
        whole = max(1, now["all"] - self.began["all"])
        ours = (self._own() - self.own) * os.sysconf("SC_CLK_TCK")
        return max(0.0, (now["busy"] - self.began["busy"] - ours) / whole), (now["stolen"] - self.began["stolen"]) / whole
