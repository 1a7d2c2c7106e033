using System.Security.Cryptography;
using System.Text;
using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>A page of the web, or a document that came with a question, that can be asked. Nothing in it changes.</summary>
internal sealed class IndexedPage
{
    /// <summary>Bytes of what else belongs to a page, and to a chunk, about.</summary>
    private const int BytesOfPage = 1024;

    private const int BytesOfChunk = 64;

    /// <summary>Whose it is, as conversations have their owners.</summary>
    public required string Owner { get; init; }

    /// <summary>The origin whose room it takes, whatever the namespace.</summary>
    public required string Origin { get; init; }

    /// <summary>Its address; empty of a document.</summary>
    public required string Url { get; init; }

    /// <summary>Of a document, its number among those that came with it, from 0.</summary>
    public int? Document { get; init; }

    public required string Title { get; init; }

    /// <summary>What chunks and citations are parts of.</summary>
    public required string Text { get; init; }

    /// <summary>In the order of the text.</summary>
    public required IReadOnlyList<PageChunk> Chunks { get; init; }

    /// <summary>The model that made the vectors.</summary>
    public required string Model { get; init; }

    /// <summary>What tells that model's file from one that takes its place; null where it is not known.</summary>
    public string? ModelFingerprint { get; init; }

    public required DateTimeOffset IndexedAt { get; init; }

    /// <summary>Its name: the same whenever the same address is indexed.</summary>
    public string Id => Document is { } number ? $"document {number}" : IdOf(Url);

    /// <summary>Whose vectors can be compared with the page's: those with the same key.</summary>
    public string ModelKey => ModelKeyOf(Model, ModelFingerprint);

    /// <summary>Bytes of memory, about.</summary>
    public long Bytes => BytesFor(Text.Length + Url.Length + Title.Length, Chunks.Count, Chunks.Sum(chunk => (long)chunk.Vector.Length));

    /// <summary>What clients are told in place of <see cref="Id"/> and <see cref="Url"/>: those of a page, or a document's number.</summary>
    public (string? Id, int? Document, string? Url) Named => Document is null ? (Id, null, Url) : (null, Document, null);

    public static string IdOf(string url) => $"page_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)).AsSpan(0, 8))}";

    /// <inheritdoc cref="ModelKey"/>
    public static string ModelKeyOf(string model, string? fingerprint) => $"{model}\n{fingerprint}";

    /// <summary>Bytes that a page would take.</summary>
    /// <param name="numbers">Of all vectors.</param>
    public static long BytesFor(int characters, int chunks, long numbers) => BytesOfPage + (2L * characters) + ((long)BytesOfChunk * chunks) + (sizeof(float) * numbers);
}

/// <summary>A part of a page that is found as one.</summary>
/// <param name="Vector">[dimensions], of length 1.</param>
/// <param name="Tokens">That the vector was computed of.</param>
/// <param name="IsTruncated">Whether its end was too much for the model.</param>
internal sealed record PageChunk(TextSpan Span, float[] Vector, int Tokens, bool IsTruncated);
