using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Variants;

/// <summary>The name of a quantization, such as Q4_K_M, UD-Q4_K_XL or I2_S, as people choose a file of a model by it.</summary>
public sealed partial record QuantLabel
{
    private const string Dynamic = "UD-";

    /// <summary>Set in general.file_type where the type was only guessed from the tensors.</summary>
    private const long GuessedFileType = 1024;

    private const string Quantized =
        """
        (?:IQ[1-6]_(?:XXS|XS|XL|NL|KSS|KS|KT|KL|BN|S|M|K)(?:_R[0-9]+)?
        |TQ[12]_0
        |Q[1-8]_(?:KV|K(?:_(?:XXL|XL|L|M|S|P))?|[01](?:_(?:4_4|4_8|8_8|G128|XL|L|M|S))?)(?:_R[0-9]+)?
        |MXFP4(?:_MOE)?|NVFP4|I2_S|I8_S|TL1|TL2)
        """;

    private const string Float = "(?:BF16(?:_R[0-9]+)?|FP?16|FP?32)";

    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace;

    /// <summary>By their number in llama.cpp's enum llama_ftype; empty where it was given to formats that are gone.</summary>
    private static readonly string[] FileTypes =
    [
        "F32", "F16", "Q4_0", "Q4_1", "", "", "", "Q8_0", "Q5_0", "Q5_1", "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M",
        "Q6_K", "IQ2_XXS", "IQ2_XS", "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ3_M", "IQ2_S", "IQ2_M", "IQ4_XS", "IQ1_M", "BF16",
        "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "TQ1_0", "TQ2_0", "MXFP4_MOE", "NVFP4", "Q1_0", "Q2_0",
    ];

    private QuantLabel(string text)
    {
        Text = text;
        Scheme = QuantScheme.Of(IsDynamic ? text[Dynamic.Length..] : text);
    }

    /// <summary>In capitals; FP16 and FP32 are called F16 and F32.</summary>
    public string Text { get; }

    /// <summary>Whether it is one of unsloth's, whose tensors are quantized each as it can bear.</summary>
    public bool IsDynamic => Text.StartsWith(Dynamic, StringComparison.Ordinal);

    /// <summary>Of a whole file, about.</summary>
    public double BitsPerWeight => Scheme.BitsPerWeight;

    /// <summary>Smaller for better quality. A dynamic one comes before its plain namesake.</summary>
    public int Rank => (2 * Scheme.Rank) + (IsDynamic ? 0 : 1);

    /// <summary>Whether llama.cpp itself or our own ternary engine reads it; the others belong to forks or have been removed.</summary>
    public bool IsCommon => Scheme.IsCommon;

    /// <summary>Whether it is the format of ternary weights that our own engine computes with.</summary>
    public bool IsTernary => Text == "I2_S";

    private QuantScheme Scheme { get; }

    /// <summary>The label as somebody types it.</summary>
    /// <returns>Null where the whole text is not one label.</returns>
    public static QuantLabel? Parse(string text)
        => FindIn(text) is { } found && found.Start == 0 && found.End == text.Length ? found.Label : null;

    /// <summary>The label that a file is named after: in its own name, else in that of the nearest folder that has one.</summary>
    /// <param name="path">In a repository, with slashes.</param>
    public static QuantLabel? OfPath(string path) => GgufName.Of(path).Label;

    /// <summary>The label of what a header says in <c>general.file_type</c>.</summary>
    /// <param name="fileType">The number there.</param>
    /// <param name="architecture">What the header names; decides between upstream and the BitNet fork.</param>
    /// <returns>Null for a number that is not known.</returns>
    public static QuantLabel? OfFileType(long fileType, string? architecture)
    {
        var number = fileType & ~GuessedFileType;
        var isBitNet = architecture?.StartsWith("bitnet", StringComparison.Ordinal) ?? false;
        var text = number switch
        {
            // Types of Microsoft's fork, whose numbers upstream has since given to others.
            38 when isBitNet => "TL1",
            39 when isBitNet => "TL2",
            40 when isBitNet => "I2_S",
            >= 0 when number < FileTypes.Length => FileTypes[number],
            _ => "",
        };
        return text.Length == 0 ? null : new QuantLabel(text);
    }

    public override string ToString() => Text;

    /// <summary>Finds the label in a file's or folder's name without its extension and shard number.</summary>
    /// <remarks>
    /// The last one counts: names put the quantization at the end. A float type right behind a quantized one says how the embeddings are
    /// stored and is passed over. A bare Q4 counts only where there is nothing better. Names such as <c>-55IQ2_XXS-34Q2_K</c> list
    /// percentages; the largest share is the label.
    /// </remarks>
    internal static QuantPlace? FindIn(string name)
    {
        var shares = Shares().Matches(name);
        if (shares.Count > 1)
        {
            var largest = shares.MaxBy(share => int.Parse(share.Groups["share"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))!;
            return Place(largest.Groups["label"].Value, shares[0].Index, shares[^1].Index + shares[^1].Length);
        }

        var match = Full().Match(name);
        match = match.Success ? match : Bare().Match(name);
        return match.Success ? Place(match.Groups["label"].Value, match.Index, match.Index + match.Length) : null;
    }

    private static QuantPlace Place(string label, int start, int end)
    {
        var text = label.ToUpperInvariant();
        return new QuantPlace(new QuantLabel(text is "FP16" or "FP32" ? $"F{text[2..]}" : text), start, end);
    }

    // From the right, so the first match is the last label.
    [GeneratedRegex(
        $"(?<![A-Z0-9])(?:(?<label>(?:UD-)?{Quantized})(?:[-._]{Float})?|(?<label>(?:UD-)?{Float}))(?![A-Z0-9])",
        Options | RegexOptions.RightToLeft)]
    private static partial Regex Full();

    [GeneratedRegex("(?<![A-Z0-9])(?<label>Q[2-8])(?![A-Z0-9])", Options | RegexOptions.RightToLeft)]
    private static partial Regex Bare();

    [GeneratedRegex($"(?<=\\A|-)(?<share>[0-9]{{1,3}})(?<label>{Quantized}|{Float})(?=\\z|[-.])", Options)]
    private static partial Regex Shares();
}

/// <summary>A label and where it stands in a name.</summary>
internal readonly record struct QuantPlace(QuantLabel Label, int Start, int End);
