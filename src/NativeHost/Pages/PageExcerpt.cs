using System.Text.Json.Serialization;
using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>A part of a page that was found for a question.</summary>
/// <param name="Score">The higher, the better; comparable within one search only.</param>
internal sealed record PageExcerpt(IndexedPage Page, TextSpan Span, double Score)
{
    /// <summary>Of scores that clients get: behind them processors and systems round differently.</summary>
    public const int ScoreDigits = 4;

    public string Text => Span.Of(Page.Text);
}

/// <summary>An excerpt that the model was shown.</summary>
/// <param name="Marker">Its number, from 1, which the answer has in brackets: [1].</param>
/// <param name="PageId">The page; absent of a document.</param>
/// <param name="Document">The document's number among those of the request, from 0; absent of a page.</param>
/// <param name="Url">The page's address; absent of a document.</param>
/// <param name="Title">The page's title; may be empty.</param>
/// <param name="Start">Where it begins in the text that was indexed, in UTF-16 units.</param>
/// <param name="End">The unit behind its last one.</param>
/// <param name="Text">What stands there: the text's <c>substring(start, end)</c>.</param>
/// <param name="Score">How well it fits the question: the higher, the better; comparable within one answer.</param>
internal sealed record PageSource(
    int Marker,
    [property: JsonPropertyName("page_id")] string? PageId,
    int? Document,
    string? Url,
    string Title,
    int Start,
    int End,
    string Text,
    double Score);

/// <summary>What a statement of the answer stands on.</summary>
/// <param name="Marker">The number of the excerpt, as in <c>sources</c>.</param>
/// <param name="Position">Where the marker begins in the answer, in UTF-16 units; of an inferred one, where the sentence ends that it is about.</param>
/// <param name="PageId">The page; absent of a document.</param>
/// <param name="Document">The document's number among those of the request, from 0; absent of a page.</param>
/// <param name="Url">The page's address; absent of a document.</param>
/// <param name="Start">Where the cited sentence begins in the text that was indexed, in UTF-16 units.</param>
/// <param name="End">The unit behind its last one.</param>
/// <param name="Text">What stands there: the text's <c>substring(start, end)</c>.</param>
/// <param name="Score">How much of the statement's words stand there, rare words counting more: 0 to 1.</param>
/// <param name="Inferred">Whether the model wrote no markers at all, and the host has found the sentence by its words; absent where it wrote this one.</param>
internal sealed record Citation(
    int Marker,
    int Position,
    [property: JsonPropertyName("page_id")] string? PageId,
    int? Document,
    string? Url,
    int Start,
    int End,
    string Text,
    double Score,
    bool? Inferred);
