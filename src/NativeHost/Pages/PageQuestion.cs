using System.Text;
using NativeHost.Actions;
using NativeHost.Actions.Conversations;
using NativeHost.Actions.Generation;
using NativeHost.Inference;
using NativeHost.Inference.Generation;

namespace NativeHost.Pages;

/// <summary>A question about pages on the way to its answer: what the model is shown of them, and what of that the answer stands on.</summary>
/// <remarks>One thread at a time. It never fails.</remarks>
internal sealed class PageQuestion
{
    /// <summary>Bytes of an answer's text in its final frame, beside what it stands on.</summary>
    public const int MostOutputBytes = 64 * 1024;

    /// <summary>Bytes of JSON for the excerpts, and for the citations.</summary>
    private const int RoomForList = 256 * 1024;

    /// <summary>
    /// What a token has at least in most texts and vocabularies, to begin with; where a model's has less, it tells how many tokens there were, and the prompt
    /// is made anew.
    /// </summary>
    private const int BytesPerToken = 3;

    /// <summary>The answer gets at least this part of the context, where it may be so long.</summary>
    private const int AnswerPart = 4;

    private readonly string _question;
    private readonly string _retrieval;
    private readonly GenerationRequest _settings;
    private readonly int _reserve;
    private IReadOnlyList<PageExcerpt> _excerpts;
    private bool _isCut;

    /// <param name="excerpts">What was found, the best first; at least one.</param>
    /// <param name="retrieval">How it was found, in the protocol's words.</param>
    /// <param name="settings">How to generate; its messages do not count.</param>
    /// <param name="contextTokens">Of the model.</param>
    public PageQuestion(string question, IReadOnlyList<PageExcerpt> excerpts, string retrieval, GenerationRequest settings, int contextTokens)
    {
        (_question, _retrieval, _settings) = (question, retrieval, settings);
        _reserve = Math.Min(settings.MaxNewTokens, contextTokens / AnswerPart);
        _excerpts = Fitting(excerpts, (contextTokens - _reserve) * BytesPerToken);
    }

    /// <summary>What to generate.</summary>
    public GenerationRequest Request => _settings with { Messages = PagePrompt.Of(_question, _excerpts), Prompt = null };

    /// <summary>Shows the model less, because what it was to see did not fit.</summary>
    /// <returns>False where less would be nothing.</returns>
    public bool TryShorten(ContextFullException full)
    {
        if (_excerpts.Count > 1)
        {
            var bytes = BytesOf(_excerpts) * (double)Math.Max(0, full.Capacity - _reserve) / full.Needed;
            _excerpts = Fitting([.. _excerpts.SkipLast(1)], (int)bytes);
            return true;
        }

        if (_isCut)
        {
            return false;
        }

        _isCut = true;
        var sentence = new CitedSentences(_excerpts).Best(_question).Span;
        _excerpts = [_excerpts[0] with { Span = sentence }];
        return true;
    }

    /// <summary>The excerpts that the model is shown, as JSON: a list of <see cref="PageSource"/>.</summary>
    public byte[] SourcesJson() => Encoding.UTF8.GetBytes(FrameRoom.TextOf(Sources(), ActionsJson.Default.IReadOnlyListPageSource));

    /// <summary>The answer with what it stands on.</summary>
    public GenerationPayload Complete(GenerationPayload payload, GenerationResult result)
    {
        var citations = Citations.Of(Encoding.UTF8.GetString(result.Text.Span), _excerpts, _question);
        return payload with
        {
            Sources = Sources(),
            Citations = [.. citations.Take(FrameRoom.CountOf(citations, ActionsJson.Default.Citation, RoomForList))],
            Retrieval = _retrieval,
        };
    }

    private IReadOnlyList<PageSource> Sources()
    {
        var sources = _excerpts.Select((excerpt, index) => SourceOf(excerpt, index + 1)).ToList();
        return sources[..FrameRoom.CountOf(sources, ActionsJson.Default.PageSource, RoomForList)];
    }

    private static PageSource SourceOf(PageExcerpt excerpt, int marker)
    {
        var (id, document, url) = excerpt.Page.Named;
        return new PageSource(
            marker, id, document, url, excerpt.Page.Title, excerpt.Span.Start, excerpt.Span.End, excerpt.Text, Math.Round(excerpt.Score, PageExcerpt.ScoreDigits));
    }

    /// <summary>As many of the first excerpts as fit, at least one.</summary>
    private IReadOnlyList<PageExcerpt> Fitting(IReadOnlyList<PageExcerpt> excerpts, int bytes)
    {
        var count = excerpts.Count;
        while (count > 1 && BytesOf([.. excerpts.Take(count)]) > bytes)
        {
            count--;
        }

        return [.. excerpts.Take(count)];
    }

    private int BytesOf(IReadOnlyList<PageExcerpt> excerpts) => PagePrompt.Of(_question, excerpts).Sum(message => Encoding.UTF8.GetByteCount(message.Content));
}
