using System.Text.RegularExpressions;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>A file that goes with models but is none that could be loaded.</summary>
public sealed record SideFile(RepoFile File, SideFileKind Kind);

/// <summary>What a file beside models is for.</summary>
public enum SideFileKind
{
    /// <summary>Turns images into what a model takes; "mmproj".</summary>
    Projector,

    /// <summary>How much each weight matters, for whoever quantizes.</summary>
    ImportanceMatrix,

    /// <summary>Guesses tokens ahead for one other model.</summary>
    Draft,

    /// <summary>A LoRA: changes to another model's weights.</summary>
    Adapter,

    /// <summary>A vocabulary without weights.</summary>
    Vocabulary,

    /// <summary>A piece of a GGUF file that was cut by its size, before GGUF had shards. Somebody has to join the pieces.</summary>
    CutPiece,
}

/// <summary>Tells by their names the files that are no models.</summary>
internal static partial class SideFileKinds
{
    /// <returns>Null for a model, and for a file that has nothing to do with GGUF.</returns>
    public static SideFileKind? Of(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (!GgufName.IsGguf(path))
        {
            return Piece().IsMatch(name) ? SideFileKind.CutPiece
                : name.Contains("imatrix", StringComparison.OrdinalIgnoreCase) ? SideFileKind.ImportanceMatrix
                : null;
        }

        if (name.Contains("mmproj", StringComparison.OrdinalIgnoreCase))
        {
            return SideFileKind.Projector;
        }

        if (IsImportanceMatrix(name))
        {
            return SideFileKind.ImportanceMatrix;
        }

        return Draft().IsMatch(name) ? SideFileKind.Draft
            : Adapter().IsMatch(name) ? SideFileKind.Adapter
            : Vocabulary().IsMatch(name) ? SideFileKind.Vocabulary
            : null;
    }

    /// <summary>The kind in words, with its article.</summary>
    public static string DisplayName(SideFileKind kind) => kind switch
    {
        SideFileKind.Projector => "a vision projector",
        SideFileKind.ImportanceMatrix => "an importance matrix",
        SideFileKind.Draft => "a draft model, which only works beside another",
        SideFileKind.Adapter => "an adapter (LoRA)",
        SideFileKind.Vocabulary => "a vocabulary without weights",
        _ => "a piece of a file that has to be joined by hand",
    };

    /// <summary>Some models are named after the matrix that they were quantized with: these have a label as well.</summary>
    private static bool IsImportanceMatrix(string name)
        => name.StartsWith("imatrix", StringComparison.OrdinalIgnoreCase)
            || (name.Contains("imatrix", StringComparison.OrdinalIgnoreCase) && GgufName.Of(name).Label is null);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\.gguf[.-](part|split)-?[0-9a-z]+(of[0-9]+)?\z", Options)]
    private static partial Regex Piece();

    // A model may have the layers of multi-token prediction in itself and say so, but not as the first word.
    [GeneratedRegex(@"\Amtp-|(?<![a-z0-9])(eagle3|dflash|dspark)(?![a-z0-9])", Options)]
    private static partial Regex Draft();

    [GeneratedRegex("(?<![a-z0-9])lora(?![a-z0-9])(?![-_.]merged)", Options)]
    private static partial Regex Adapter();

    [GeneratedRegex("(?<![a-z0-9])vocab(?![a-z0-9])", Options)]
    private static partial Regex Vocabulary();
}
