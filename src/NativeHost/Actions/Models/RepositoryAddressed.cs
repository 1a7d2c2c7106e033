using System.Text.Json.Serialization;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Actions.Models;

/// <summary>A request about a model of a repository, which may name its quant and revision in fields of their own.</summary>
internal abstract record RepositoryAddressed : ModelAddressed
{
    /// <summary>Which quant of the repository, such as <c>Q4_K_M</c>, where the address names none; without one what is here, else what fits best.</summary>
    public string? Quant { get; init; }

    [SynonymOf(nameof(Quant))]
    public string? Variant { get; init; }

    [SynonymOf(nameof(Quant))]
    public string? Quantization { get; init; }

    /// <summary>A branch, a tag or a commit of the repository, where another than its main branch is meant.</summary>
    public string? Revision { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Address
        => base.Address is not { } address || Path.IsPathFullyQualified(address) ? base.Address
            : FirstOf(Quant, Variant, Quantization) is { } quant && !NamesQuant(address) && !address.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
                ? $"{address}:{quant}{Suffix}"
                : $"{address}{Suffix}";

    [JsonIgnore]
    private string Suffix => FirstOf(Revision) is { } revision ? $"@{revision}" : "";

    /// <summary>Whether a colon stands behind the repository, and not only in what makes a text an address: <c>hf:</c>, <c>https://</c>, a port.</summary>
    private static bool NamesQuant(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var slash = address.IndexOf('/', scheme < 0 ? 0 : scheme + 3);
        return slash >= 0 && address.IndexOf(':', slash) >= 0;
    }

    /// <summary>The address, which names a repository.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    /// <exception cref="ModelCache.ModelCacheException">It is no address of a repository.</exception>
    public ModelAddress RequiredRepository(ModelLibrary library)
        => Address is { } address
            ? ModelAddress.Parse(address, library.Settings.Endpoint)
            : throw new RequestException(ErrorCode.InvalidRequest, "model_name is required (owner/repo, owner/repo:QUANT or owner/repo/file.gguf).");
}
