namespace NativeHost.Hardware.Planning;

/// <summary>Tells from a ternary model's header what our own engine will take of memory.</summary>
/// <remarks>
/// It packs the matrices of each block into tiles of 16 rows and 16 columns, two bits a weight, and keeps a copy of the output in eight
/// bits; both are there once for all sequences. What it looks up in the file itself, rows of the token table, stays there.
/// </remarks>
public static class TernaryPlanner
{
    private const int Alignment = 64;
    private const int TileRows = 16;
    private const int ColumnGranularity = 64;
    private const int HeadGranularity = 16;

    /// <summary>Tokens that go through the model together.</summary>
    private const int TokensAtOnce = 128;

    /// <summary>Positions whose attention is computed as one piece.</summary>
    private const int ChunkPositions = 128;

    /// <summary>Logits that are computed a second time from the file's own rows, and parts of the vocabulary that have a list of them.</summary>
    private const int ListedLogits = 64 * 8;

    /// <summary>Threads, code.</summary>
    private const long RuntimeBytes = 32L * 1024 * 1024;

    /// <summary>The tokenizer's tables: 70 MB for the 128,256 tokens and their merges of the 2B model, measured.</summary>
    private const long RuntimeBytesPerToken = 550;

    /// <param name="forms">In which forms it keeps things.</param>
    /// <param name="threads">Threads that compute, at least 1.</param>
    public static MemoryPlan Of(ModelHeader header, PlanSettings settings, TernaryForms forms, int threads)
    {
        settings = settings with { GpuLayers = 0 };
        if (ModelDimensions.Read(header.First) is not { Vocabulary: >= 1 } model || model.HeadsOf(0) < 1 || model.KvHeadsOf(0) < 1 || model.FeedForwardOf(0) < 1)
        {
            return ModelPlanner.OfSize(header.FileBytes, settings);
        }

        try
        {
            return Of(header, model, settings, forms, threads);
        }
        catch (OverflowException)
        {
            return ModelPlanner.OfSize(header.FileBytes, settings);
        }
    }

    private static MemoryPlan Of(ModelHeader header, ModelDimensions model, PlanSettings settings, TernaryForms forms, int threads)
    {
        checked
        {
            var block = PackedBytes(model) * model.Layers;
            var head = HeadBytes(header, model, forms);
            var cache = CacheBytes(model, settings, forms);
            var weights = block + head.Packed + NormBytes(header, model);
            return new MemoryPlan(
                settings,
                model.Layers,
                new MemoryPart(weights, 0, Confidence.Exact),
                new MemoryPart(cache, 0, Confidence.Exact),
                new MemoryPart(SharedBytes(model, settings) + (threads * ThreadBytes(model, settings)), 0, Confidence.Bounded),
                new MemoryPart(Math.Max(settings.OutputRows, settings.Sequences) * Tiled(model.Vocabulary) * sizeof(float), 0, Confidence.Exact),
                new MemoryPart(RuntimeBytes + (model.Vocabulary * RuntimeBytesPerToken), 0, Confidence.Bounded),
                new MemoryPart(block + head.Read + (cache / settings.Sequences), 0, Confidence.Exact));
        }
    }

    /// <summary>Of one block: queries, keys and values as one matrix; output; gate and up as one; down.</summary>
    private static long PackedBytes(ModelDimensions model)
    {
        checked
        {
            var (queries, keys) = ((long)model.HeadsOf(0) * model.KeyLength, (long)model.KvHeadsOf(0) * model.KeyLength);
            var inner = (long)model.FeedForwardOf(0);
            return Packed(Tiled(queries) + (2 * Tiled(keys)), model.Width)
                + Packed(model.Width, queries)
                + Packed(2 * Tiled(inner), model.Width)
                + Packed(model.Width, inner);
        }
    }

    /// <summary>Two bits a weight, and a scale for each row.</summary>
    private static long Packed(long rows, long columns) => checked(Aligned(Tiled(rows) * Filled(columns) / 4) + Aligned(Tiled(rows) * sizeof(float)));

    /// <summary>The output's own copy, and what is read of it for a token; where there is no copy, the file's rows are read.</summary>
    private static (long Packed, long Read) HeadBytes(ModelHeader header, ModelDimensions model, TernaryForms forms)
    {
        checked
        {
            var rows = Tiled(model.Vocabulary);
            var table = header.Tensors.FirstOrDefault(tensor => tensor.Name == "output.weight")
                ?? header.Tensors.FirstOrDefault(tensor => tensor.Name == "token_embd.weight");
            if (forms.HeadBits == TernaryForms.UncopiedHead || model.Number("pooling_type") > 0)
            {
                return (0, model.Number("pooling_type") > 0 ? 0 : table?.Bytes ?? 0);
            }

            var bytes = Aligned(rows * Filled(model.Width) * forms.HeadBits / 8) + Aligned(rows * sizeof(float));
            return (bytes, bytes);
        }
    }

    /// <summary>The norms are kept as floats, as long as the rows that they are for.</summary>
    private static long NormBytes(ModelHeader header, ModelDimensions model)
        => header.Tensors
            .Where(tensor => tensor.Dimensions.Count == 1 && tensor.Name.Contains("norm", StringComparison.Ordinal))
            .Aggregate(0L, (sum, tensor) => checked(sum + (sizeof(float)
                * (IsOfHead(tensor.Name) ? HeadLength(model) : Filled(tensor.Dimensions[0])))));

    private static bool IsOfHead(string name)
        => name.EndsWith("attn_q_norm.weight", StringComparison.Ordinal) || name.EndsWith("attn_k_norm.weight", StringComparison.Ordinal);

    private static long CacheBytes(ModelDimensions model, PlanSettings settings, TernaryForms forms)
    {
        checked
        {
            var row = forms.CacheBits == TernaryForms.HalfCache ? HeadLength(model) * 2 : HeadLength(model) + sizeof(float);
            return settings.Sequences * ((2L * model.Layers * model.KvHeadsOf(0) * settings.ContextTokens * row) + Alignment);
        }
    }

    /// <summary>What the threads of a step share, for as many tokens as go through the model together.</summary>
    private static long SharedBytes(ModelDimensions model, PlanSettings settings)
    {
        checked
        {
            var tokens = Math.Min(TokensAtOnce, Math.Min(settings.BatchTokens, settings.ContextTokens));
            var (heads, length) = ((long)model.HeadsOf(0), HeadLength(model));
            var attention = Tiled(heads * model.KeyLength) + (2 * Tiled((long)model.KvHeadsOf(0) * model.KeyLength));
            var inner = (long)model.FeedForwardOf(0);
            var (hidden, outputs) = (Filled(model.Width), Filled(heads * model.KeyLength));
            var widest = Math.Max(hidden, Math.Max(outputs, Filled(inner)));
            var ofToken = (2 * hidden) + Math.Max(attention, 2 * Tiled(inner)) + (heads * length) + outputs + Filled(inner) + model.RotaryLength;

            // Embedders keep gates and ups, and the inputs of three matrices, apart.
            ofToken += model.Number("pooling_type") > 0 ? Filled(inner) + attention + model.RotaryLength + (widest / 2) : 0;
            return (tokens * ((ofToken * sizeof(float)) + widest + (2 * sizeof(float))))
                + (heads * PartialBytes(model, settings)) + (ListedLogits * 2 * sizeof(float));
        }
    }

    /// <summary>What a thread has for itself; its scratch memory is that of the processor with the widest registers.</summary>
    private static long ThreadBytes(ModelDimensions model, PlanSettings settings)
    {
        checked
        {
            var (heads, length, inner) = ((long)model.HeadsOf(0), HeadLength(model), (long)model.FeedForwardOf(0));
            var widest = Math.Max(Filled(model.Width), Math.Max(Filled(heads * model.KeyLength), Filled(inner)));
            const long ScratchTiles = 4;
            const long ScratchBytes = 64 * 1024;
            var scratch = ScratchBytes + (widest * TileRows * ScratchTiles);
            var headWorkspace = Filled(model.Width) * ((2 * sizeof(float)) + sizeof(short));
            return ((widest + (heads * length) + (2 * length) + Filled(heads * model.KeyLength)) * sizeof(float)) + widest
                + (heads / model.KvHeadsOf(0) * PartialBytes(model, settings)) + scratch + headWorkspace;
        }
    }

    /// <summary>Of one head: what each piece of the context adds to its attention.</summary>
    private static long PartialBytes(ModelDimensions model, PlanSettings settings)
        => checked((settings.ContextTokens + ChunkPositions - 1L) / ChunkPositions * (HeadGranularity + HeadLength(model)) * sizeof(float));

    private static long HeadLength(ModelDimensions model) => Multiple(model.KeyLength, HeadGranularity);

    private static long Tiled(long rows) => Multiple(rows, TileRows);

    private static long Filled(long columns) => Multiple(columns, ColumnGranularity);

    private static long Aligned(long bytes) => Multiple(bytes, Alignment);

    private static long Multiple(long number, int of) => checked(number + of - 1) / of * of;
}
