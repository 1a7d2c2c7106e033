using NativeHost.Gguf;
using NativeHost.Hardware.Planning;

namespace NativeHost.Hardware.Tests.Planning;

/// <summary>Headers whose every number is in the test, and that have no more tensors than the test says.</summary>
internal static class HandWritten
{
    public const int Layers = 16;

    /// <summary>Bytes of one layer's keys and values for one token: 8 heads, 64 numbers in each, 16 bits.</summary>
    public const long LayerTokenBytes = 8 * (64 + 64) * 2;

    /// <summary>Of a model with 16 layers, 2,048 wide, with 32 heads of queries and 8 of keys.</summary>
    /// <param name="add">Keys and tensors of its own.</param>
    /// <param name="kvHeads">Whether all layers have 8 heads of keys; else the test says how many.</param>
    public static ModelHeader Of(string architecture, Action<GgufWriter>? add = null, bool kvHeads = true)
        => Empty(architecture, writer =>
        {
            writer.Add($"{architecture}.block_count", (uint)Layers);
            writer.Add($"{architecture}.embedding_length", 2048u);
            writer.Add($"{architecture}.feed_forward_length", 8192u);
            writer.Add($"{architecture}.attention.head_count", 32u);
            writer.Add($"{architecture}.vocab_size", 1000u);
            if (kvHeads)
            {
                writer.Add($"{architecture}.attention.head_count_kv", 8u);
            }

            add?.Invoke(writer);
        });

    /// <summary>Of a model that says nothing beside.</summary>
    public static ModelHeader Empty(string architecture, Action<GgufWriter> add)
    {
        using var writer = new GgufWriter(architecture);
        add(writer);
        using var stream = new SketchStream();
        writer.Write(stream);
        stream.SetLength(stream.Position);
        return ModelHeader.Of(GgufFile.ReadStart($"{architecture}.gguf", stream.Start, stream.Length, out _)!, stream.Length);
    }

    /// <summary>Adds a tensor with nothing in it.</summary>
    public static void AddTensor(this GgufWriter writer, string name, uint typeId, params long[] dimensions)
    {
        var bytes = GgufTensorType.Find(typeId)!.Bytes(dimensions.Aggregate(1L, (product, dimension) => product * dimension));
        writer.AddTensor(name, dimensions, typeId, stream => stream.Seek(bytes, SeekOrigin.Current));
    }

    /// <summary>Planned for a machine whose processor keeps weights as they are in the file.</summary>
    public static MemoryPlan Plan(this ModelHeader header, PlanSettings? settings = null)
        => new ModelPlanner(header, CpuPacking.None).Plan(settings ?? new PlanSettings());
}
