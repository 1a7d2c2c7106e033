using System.Buffers.Binary;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Tests.Recorded;

/// <summary>What a kernel of Windows said.</summary>
internal sealed class RecordedWindows : IWindowsKernel
{
    public WindowsMemoryStatus? Status { get; init; }

    public byte[] Records { get; init; } = [];

    public (long Idle, long All)? Ticks { get; set; }

    /// <summary>Paths of devices by their class; null where the device manager does not answer.</summary>
    public Dictionary<string, string[]>? Devices { get; init; } = [];

    public WindowsMemoryStatus? Memory() => Status;

    public byte[] ProcessorRecords() => Records;

    public (long Idle, long All)? ProcessorTicks() => Ticks;

    public IReadOnlyList<string>? PresentDevices(string classId) => Devices is null ? null : Devices.GetValueOrDefault(classId, []);

    /// <summary>A record of <c>GetLogicalProcessorInformationEx</c> about a core.</summary>
    public static byte[] Core(byte efficiency, params ulong[] masks)
    {
        var record = Record(0, 32 + (16 * masks.Length));
        record[8] = (byte)(masks.Length == 1 && ulong.PopCount(masks[0]) > 1 ? 1 : 0);
        record[9] = efficiency;
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(30), (ushort)masks.Length);
        for (var group = 0; group < masks.Length; group++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(32 + (16 * group)), masks[group]);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(40 + (16 * group)), (ushort)group);
        }

        return record;
    }

    /// <summary>A record about a cache.</summary>
    /// <param name="type">0 for unified, 1 for instructions, 2 for data.</param>
    public static byte[] Cache(byte level, int type, uint bytes, ulong mask)
    {
        var record = Record(2, 56);
        record[8] = level;
        record[9] = 8;
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(10), 64);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), bytes);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), type);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(38), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(40), mask);
        return record;
    }

    /// <summary>A record about what is of no interest, such as a package.</summary>
    public static byte[] Package(ulong mask)
    {
        var record = Core(0, mask);
        BinaryPrimitives.WriteInt32LittleEndian(record, 3);
        return record;
    }

    private static byte[] Record(int relation, int length)
    {
        var record = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(record, relation);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), length);
        return record;
    }
}
