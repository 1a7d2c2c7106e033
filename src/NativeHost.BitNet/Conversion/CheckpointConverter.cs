using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>Makes a GGUF file with ternary weights (I2_S) of a Hugging Face checkpoint.</summary>
/// <remarks>
/// Weights pass through in rows: what is in memory is the vocabulary and some rows. The output is written under a name of its own beside
/// the wanted one, and renamed when all of it is on the disk; whatever ends the work before leaves nothing behind.
/// </remarks>
public static class CheckpointConverter
{
    /// <param name="folder">Holds config.json, tokenizer.json and safetensors files.</param>
    /// <param name="output">The file to write; one that is there is replaced.</param>
    /// <param name="progress">Told the part of the weights that is written, 0 to 1.</param>
    /// <exception cref="ModelFormatException">A file of the checkpoint is damaged.</exception>
    /// <exception cref="UnsupportedModelException">The checkpoint is not ternary, or of a kind that is not converted.</exception>
    /// <exception cref="IOException">A file is missing, or cannot be read or written; also where the disk is full.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Convert(string folder, string output, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using var writing = new UnfinishedFile(output);
        try
        {
            Write(folder, writing.Stream, progress, cancellationToken);
            writing.Finish();
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new IOException($"The disk is full, so {output} was not written.", e);
        }
    }

    /// <param name="output">Empty, and can seek.</param>
    internal static void Write(string folder, Stream output, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using var json = CheckpointJson.Read(Path.Combine(folder, CheckpointConfig.FileName));
        var config = CheckpointConfig.Read(json.Root);
        using var weights = CheckpointWeights.Open(folder);
        using var writer = new GgufWriter(config.Architecture);
        Describe(writer, config, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        CheckpointTokenizer.Read(folder, json.Root, config.VocabularySize).AddTo(writer);
        new TensorConversion(writer, weights, config, progress, cancellationToken).AddAll();
        writer.Write(output);
    }

    /// <summary>Whether a write failed because there was no room for it; .NET has no type for that.</summary>
    internal static bool IsDiskFull(IOException failure)
    {
        const int NoSpaceUnix = 28; // ENOSPC, on Linux and macOS
        const int DiskFullWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL
        const int HandleDiskFullWindows = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL
        return failure.HResult is NoSpaceUnix or DiskFullWindows or HandleDiskFullWindows;
    }

    private static void Describe(GgufWriter writer, CheckpointConfig config, string name)
    {
        const uint MostlyI2S = 40; // as the BitNet fork counts
        writer.Add("general.name", name);
        writer.Add("general.file_type", MostlyI2S);
        writer.Add("general.quantization_version", 2u);
        Add("vocab_size", config.VocabularySize);
        Add("context_length", config.ContextTokens);
        Add("embedding_length", config.Width);
        Add("block_count", config.LayerCount);
        Add("feed_forward_length", config.FeedForwardWidth);
        Add("rope.dimension_count", config.HeadLength);
        Add("attention.head_count", config.HeadCount);
        Add("attention.head_count_kv", config.KvHeadCount);
        if (config.QueryWidth != config.Width)
        {
            Add("attention.key_length", config.HeadLength);
            Add("attention.value_length", config.HeadLength);
        }

        writer.Add($"{config.Architecture}.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        writer.Add($"{config.Architecture}.rope.freq_base", config.RopeBase);

        void Add(string key, int value) => writer.Add($"{config.Architecture}.{key}", (uint)value);
    }
}
