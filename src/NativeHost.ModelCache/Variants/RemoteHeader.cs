using NativeHost.Gguf;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>What the header of a model says of it, read before the model is downloaded.</summary>
/// <param name="Header">Of the first file.</param>
/// <param name="FetchedBytes">Bytes that were fetched for it.</param>
/// <param name="Parameters">Number of weights; null where other files of a split model hold some of them.</param>
/// <param name="TensorTypes">Names of the types of its tensors, the one with the most weights first.</param>
/// <param name="Problems">What contradicts the names of the files, as sentences; an engine is going to refuse such a model.</param>
public sealed record RemoteHeader(
    GgufFile Header, long FetchedBytes, long? Parameters, IReadOnlyList<string> TensorTypes, IReadOnlyList<string> Problems)
{
    /// <summary>Most headers have 1 to 8 MiB: the vocabulary is the most of it.</summary>
    private const int FirstBytes = 2 * 1024 * 1024;

    /// <summary>No honest header is longer.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    public bool HasChatTemplate => Header.ChatTemplate is not null;

    /// <summary>The quantization that the header names; null where it names none.</summary>
    public QuantLabel? FileType
        => Header.Metadata.Integer("general.file_type") is { } number ? QuantLabel.OfFileType(number, Header.Architecture) : null;

    /// <summary>Reads the header of a variant's first file by growing ranges, each byte once.</summary>
    /// <param name="variant">Whole.</param>
    /// <param name="fetch">Gives so many bytes from an offset of the first file; it is never asked for bytes behind its end.</param>
    /// <exception cref="ModelCacheException">It is no GGUF file, is damaged, or the bytes that came are not those that were asked for.</exception>
    public static async Task<RemoteHeader> ReadAsync(
        Variant variant, Func<long, int, CancellationToken, Task<ReadOnlyMemory<byte>>> fetch, CancellationToken cancellationToken)
    {
        var file = variant.Files[0];
        using var start = new MemoryStream();
        var wanted = Math.Min(FirstBytes, file.Size);
        while (true)
        {
            await AppendAsync(start, (int)(wanted - start.Length), file, fetch, cancellationToken);
            if (Read(file, start, out var needed) is { } header)
            {
                return Describe(header, start.Length, variant);
            }

            if (needed > MostBytes)
            {
                throw Unreadable(file, $"its header has more than {MostBytes / 1024 / 1024} MiB");
            }

            wanted = Math.Min(Math.Min(Math.Max(needed, 2 * start.Length), MostBytes), file.Size);
        }
    }

    private static async Task AppendAsync(
        MemoryStream start,
        int count,
        RepoFile file,
        Func<long, int, CancellationToken, Task<ReadOnlyMemory<byte>>> fetch,
        CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return;
        }

        var bytes = await fetch(start.Length, count, cancellationToken);
        if (bytes.Length != count)
        {
            throw new ModelCacheException(
                CacheFault.HubFailed, $"{bytes.Length} bytes of {file.Path} came where {count} were asked for. Try again later.");
        }

        start.Write(bytes.Span);
    }

    private static GgufFile? Read(RepoFile file, MemoryStream start, out long neededBytes)
    {
        try
        {
            return GgufFile.ReadStart(file.Path, start.GetBuffer().AsMemory(0, (int)start.Length), file.Size, out neededBytes);
        }
        catch (ModelFormatException e)
        {
            throw Unreadable(file, $"at byte {e.Offset}, {e.Problem.TrimEnd('.')}", e);
        }
    }

    private static RemoteHeader Describe(GgufFile header, long fetchedBytes, Variant variant)
    {
        var isAll = header.SplitCount is null or 1 || header.Metadata.Integer("split.tensors.count") == header.Tensors.Count;
        var types = header.Tensors
            .GroupBy(tensor => TypeName(header, tensor))
            .OrderByDescending(type => type.Aggregate(Int128.Zero, (sum, tensor) => sum + tensor.Elements))
            .Select(type => type.Key);
        var parameters = header.Tensors.Aggregate(Int128.Zero, (sum, tensor) => sum + tensor.Elements);
        var known = isAll && parameters <= long.MaxValue ? (long?)parameters : null;
        return new RemoteHeader(header, fetchedBytes, known, [.. types], [.. ProblemsOf(header, variant.Files[0].Path)]);
    }

    /// <summary>Microsoft's BitNet fork gave numbers to types of its own that upstream uses for others.</summary>
    private static string TypeName(GgufFile header, GgufTensor tensor) => tensor.TypeId switch
    {
        37 when IsBitNet(header) => "I8_S",
        38 when IsBitNet(header) => "TL1",
        39 when IsBitNet(header) => "TL2",
        _ => tensor.TypeName,
    };

    private static bool IsBitNet(GgufFile header) => header.Architecture?.StartsWith("bitnet", StringComparison.Ordinal) ?? false;

    private static IEnumerable<string> ProblemsOf(GgufFile header, string path)
    {
        var inName = ShardName.Parse(path);
        var count = header.SplitCount ?? 1;
        if (count > 1 && inName is null)
        {
            yield return $"{path} is one of {count} files by its header, but is not named so.";
        }
        else if (inName is not null && count != inName.Count)
        {
            yield return $"{path} is one of {inName.Count} files by its name, but of {count} by its header.";
        }

        if (header.Metadata.Integer("split.no") is { } number && number != (inName?.Number ?? 1) - 1)
        {
            yield return $"{path} is file {number + 1} of its model by its header.";
        }

        var here = header.Tensors.Count;
        if (header.Metadata.Integer("split.tensors.count") is { } tensors && (tensors < here || (count == 1 && tensors > here)))
        {
            yield return $"{path} holds {here} tensors of a model that has {tensors}.";
        }
    }

    private static ModelCacheException Unreadable(RepoFile file, string problem, Exception? cause = null)
        => new(CacheFault.HubFailed, $"{file.Path} is no GGUF file that could be run: {problem}. Choose another file or repository.", cause);
}
