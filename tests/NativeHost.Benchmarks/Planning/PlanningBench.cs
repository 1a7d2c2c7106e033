using System.Diagnostics;
using NativeHost.Actions.Hardware;
using NativeHost.Actions.Planning;
using NativeHost.Gguf;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Inference;
using NativeHost.Planning;

namespace NativeHost.Benchmarks.Planning;

/// <summary>What an estimate costs: reading a header with a large vocabulary, and planning, where all fits and where little does.</summary>
internal static class PlanningBench
{
    private const int Tokens = 150_000;
    private const int Merges = 280_000;
    private const int Layers = 32;
    private const int Width = 4096;
    private const int Rounds = 31;
    private const long GiB = 1L << 30;

    public static async Task RunAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"planning-{Guid.NewGuid():N}.gguf");
        try
        {
            Write(path);
            var header = ModelHeader.Read(path);
            Console.WriteLine($"header of {header.First.DataOffset / 1e6:F1} MB, {header.Tensors.Count} tensors");
            Print("its bytes, merely read", () => ReadBytes(path, header.First.DataOffset));
            Print("reading it", () => ModelHeader.Read(path));
            Print("what a load checks of it", () => LoadPlans.ProblemOf(header, isHere: true));
            Print("a plan", () => new ModelPlanner(header, CpuPacking.OfThisMachine).Plan(new PlanSettings()));
            Print("an estimate, header included, where all fits", () => Estimate(path, new MemoryBudget(64 * GiB, 64 * GiB, 64 * GiB, [])));
            Print("an estimate where the context has to be shorter", () => Estimate(path, new MemoryBudget(8 * GiB, 5 * GiB, 6 * GiB, [])));
            Print("an estimate where a card holds a part", () => Estimate(path, new MemoryBudget(8 * GiB, 6 * GiB, 6 * GiB, Card(3 * GiB))));
            Print("an estimate where nothing fits", () => Estimate(path, new MemoryBudget(8 * GiB, GiB / 2, GiB, Card(GiB))));
        }
        finally
        {
            File.Delete(path);
        }

        var speed = new MemorySpeed(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "none"), () => true, TimeProvider.System);
        var began = Stopwatch.GetTimestamp();
        var finding = await speed.AskAsync(CancellationToken.None);
        while (finding.IsPending)
        {
            await Task.Delay(1);
            finding = await speed.AskAsync(CancellationToken.None);
        }

        Console.WriteLine(
            $"memory: {finding.Value?.BytesPerSecond / 1e9:F1} GB/s with {PhysicalCores.DefaultThreads} threads, {finding.Reason}, measured in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
    }

    /// <summary>What `estimate_model_size` does between its request and its reply.</summary>
    private static void Estimate(string path, MemoryBudget budget)
    {
        var header = ModelHeader.Read(path);
        var model = new PlannedModel(path, header, header.FileBytes, null, () => []);
        var forecast = LoadForecast.Of(model, new ModelLoadOptions(), budget, CpuPacking.OfThisMachine);
        _ = (forecast.Ways().Count(), LoadPlans.ProblemOf(header, isHere: true));
        if (!forecast.FitsAsAsked)
        {
            _ = (forecast.FewerGpuLayers(), forecast.ShorterContext());
        }
    }

    private static GpuBudget[] Card(long freeBytes) => [new(0, 2 * freeBytes, freeBytes, SharesMemory: false)];

    private static void ReadBytes(string path, long bytes)
    {
        using var file = File.OpenHandle(path);
        var buffer = new byte[1 << 20];
        for (var offset = 0L; offset < bytes; offset += buffer.Length)
        {
            _ = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - offset)), offset);
        }
    }

    private static void Print(string what, Action action)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Console.WriteLine($"{what}: {times[0]:F1} ms the first time, then {times.Skip(1).Order().ElementAt((Rounds - 1) / 2):F2} ms");
    }

    /// <summary>Pieces of words as byte-level vocabularies have them: two to a dozen letters, most with the letter that stands for a space before them.</summary>
    private static string[] Words(int count)
    {
        const string Space = "\u0120";
        var chance = new Random(1);
        return [.. Endless().Distinct().Take(count)];

        IEnumerable<string> Endless()
        {
            while (true)
            {
                yield return $"{(chance.Next(3) > 0 ? Space : "")}{new string(chance.GetItems<char>("etaoinshrdlucmfwypvbgkqjxz", chance.Next(2, 13)))}";
            }
        }
    }

    /// <summary>As large as an 8B model, of which only the header is written.</summary>
    private static void Write(string path)
    {
        using var writer = new GgufWriter("llama");
        writer.Add("llama.block_count", (uint)Layers);
        writer.Add("llama.context_length", 131_072u);
        writer.Add("llama.embedding_length", (uint)Width);
        writer.Add("llama.feed_forward_length", 14_336u);
        writer.Add("llama.attention.head_count", 32u);
        writer.Add("llama.attention.head_count_kv", 8u);
        var words = Words(Tokens);
        writer.Add("tokenizer.ggml.tokens", words);
        writer.Add("tokenizer.ggml.scores", [.. Enumerable.Range(0, Tokens).Select(token => -(float)token)]);
        writer.Add("tokenizer.ggml.token_type", new int[Tokens]);
        writer.Add("tokenizer.ggml.merges", [.. Words(Merges).Select(word => $"{word[..(word.Length / 2)]} {word[(word.Length / 2)..]}")]);
        Add("token_embd", Width, Tokens);
        Add("output", Width, Tokens);
        Add("output_norm", Width);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (name, columns, rows) in new[]
                { ("attn_q", Width, Width), ("attn_k", Width, 1024), ("attn_v", Width, 1024), ("attn_output", Width, Width), ("ffn_gate", Width, 14_336), ("ffn_up", Width, 14_336), ("ffn_down", 14_336, Width) })
            {
                Add($"blk.{layer}.{name}", columns, rows);
            }

            Add($"blk.{layer}.attn_norm", Width);
            Add($"blk.{layer}.ffn_norm", Width);
        }

        using var file = File.Create(path);
        writer.Write(file);
        file.SetLength(file.Position);

        void Add(string name, params long[] dimensions)
        {
            const uint Q4K = 12;
            var typeId = dimensions.Length == 1 ? GgufTensorType.F32 : Q4K;
            var bytes = GgufTensorType.Find(typeId)!.Bytes(dimensions.Aggregate(1L, (product, dimension) => product * dimension));
            writer.AddTensor($"{name}.weight", dimensions, typeId, stream => stream.Seek(bytes, SeekOrigin.Current));
        }
    }
}
