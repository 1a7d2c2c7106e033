using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>Finds the sentences of some excerpts that say most of what a statement says, by its words, of which rare ones count more.</summary>
internal sealed class CitedSentences
{
    private readonly List<(int Excerpt, TextSpan Span, HashSet<string> Words)> _sentences = [];
    private readonly Dictionary<string, int> _sentencesWith = new(StringComparer.Ordinal);

    public CitedSentences(IReadOnlyList<PageExcerpt> excerpts)
    {
        for (var i = 0; i < excerpts.Count; i++)
        {
            var text = excerpts[i].Text;
            foreach (var sentence in Sentences.Of(text))
            {
                var words = WordsOf(sentence.Of(text));
                var start = excerpts[i].Span.Start;
                _sentences.Add((i, new TextSpan(start + sentence.Start, start + sentence.End), words));
                foreach (var word in words)
                {
                    _sentencesWith[word] = _sentencesWith.GetValueOrDefault(word) + 1;
                }
            }
        }
    }

    /// <summary>The sentence that fits best; of equal ones the shorter, then the one of the better excerpt.</summary>
    /// <param name="excerpt">Number of the excerpt from 0; null for any.</param>
    /// <returns>Its score is 0 to 1; 0 where it has none of the words.</returns>
    public (int Excerpt, TextSpan Span, double Score) Best(string statement, int? excerpt = null)
    {
        var words = WordsOf(statement).ToDictionary(word => word, RarityOf, StringComparer.Ordinal);
        var all = words.Values.Sum();
        return _sentences.Where(sentence => excerpt is null || sentence.Excerpt == excerpt)
            .Select(sentence => (sentence.Excerpt, sentence.Span, Score: all > 0 ? words.Where(word => sentence.Words.Contains(word.Key)).Sum(word => word.Value) / all : 0))
            .OrderByDescending(sentence => sentence.Score).ThenBy(sentence => sentence.Span.Length).First();
    }

    private static HashSet<string> WordsOf(string text) => WordReader.Words(text).ToHashSet(StringComparer.Ordinal);

    // A word that is in none counts as one that is in one.
    private double RarityOf(string word) => Math.Log(1 + ((double)_sentences.Count / _sentencesWith.GetValueOrDefault(word, 1)));
}
