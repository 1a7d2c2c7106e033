using System.Runtime.InteropServices;

namespace NativeHost.Search.Texts;

/// <summary>Finds texts by their words, the best first by BM25.</summary>
/// <remarks>
/// Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the inverse document frequency that is never
/// negative: ln(1 + (N − n + 0.5) / (n + 0.5)). Safe to call from any thread; searches go on side by side. It lives in memory, and is made again from
/// the texts.
/// </remarks>
public sealed class TextIndex : IDisposable
{
    /// <summary>How soon more of the same word adds no more.</summary>
    internal const double Saturation = 1.2;

    /// <summary>How far long texts are held back.</summary>
    internal const double LengthWeight = 0.75;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly List<Postings> _postings = [];
    private readonly List<Entry?> _entries = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private long _totalLength;

    /// <summary>Adds a text, in place of one of the same key.</summary>
    public void Add(string key, string text)
    {
        // Outside the lock: a text may be long.
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var length = 0;
        foreach (var word in WordReader.Words(text))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
            length++;
        }

        _lock.EnterWriteLock();
        try
        {
            RemoveHere(key);
            var number = _entries.Count;
            var terms = new int[counts.Count];
            var next = 0;
            foreach (var (word, count) in counts)
            {
                ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_terms, word, out var isKnown);
                if (!isKnown)
                {
                    term = _postings.Count;
                    _postings.Add(new Postings());
                }

                _postings[term].Add(number, count);
                terms[next++] = term;
            }

            _entries.Add(new Entry(key, length, terms));
            _numbers[key] = number;
            _totalLength += length;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        _lock.EnterWriteLock();
        try
        {
            return RemoveHere(key);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The texts that have words of a query.</summary>
    /// <param name="count">Most that are wanted, at least 1.</param>
    /// <param name="filter">Whether a key may be found; null for all. Must not use the index.</param>
    /// <returns>The best first; of equal ones the one that was added first. None where no word is found.</returns>
    public IReadOnlyList<SearchHit> Search(string query, int count, Func<string, bool>? filter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var words = CountsOf(query);
        _lock.EnterReadLock();
        try
        {
            var scores = ScoresOf(words);
            var best = new Vectors.BestHits(count);
            for (var number = 0; number < scores.Length; number++)
            {
                if (scores[number] > 0 && scores[number] > best.Threshold && filter?.Invoke(_entries[number]!.Key) != false)
                {
                    best.Add(number, scores[number]);
                }
            }

            return [.. best.Sorted().Select(hit => new SearchHit(_entries[hit.Slot]!.Key, hit.Score))];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>
    /// What was found, with shares for scores: parts of what the query's words are worth, which is the score of a text of average length that has each of
    /// them as often as the query does. Words that no text has count the most, as the rarest.
    /// </summary>
    public IReadOnlyList<SearchHit> SharesOf(string query, IReadOnlyList<SearchHit> hits)
    {
        if (hits.Count == 0)
        {
            return hits;
        }

        var worth = Worth(query);
        return [.. hits.Select(hit => hit with { Score = hit.Score / worth })];
    }

    /// <summary>All texts that have words of a query.</summary>
    /// <inheritdoc cref="Search"/>
    public IReadOnlyList<SearchHit> SearchAll(string query, Func<string, bool>? filter = null)
    {
        var words = CountsOf(query);
        _lock.EnterReadLock();
        try
        {
            var scores = ScoresOf(words);
            return
            [
                .. Enumerable.Range(0, scores.Length).Where(number => scores[number] > 0 && filter?.Invoke(_entries[number]!.Key) != false)
                    .OrderByDescending(number => scores[number]).ThenBy(number => number)
                    .Select(number => new SearchHit(_entries[number]!.Key, scores[number])),
            ];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>What the words of a query are worth: see <see cref="SharesOf"/>.</summary>
    /// <returns>0 where it has no words.</returns>
    public double Worth(string query)
    {
        _lock.EnterReadLock();
        try
        {
            return WordReader.Words(query).Sum(word => Rarity(_terms.TryGetValue(word, out var term) ? _postings[term].Living : 0));
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Dispose() => _lock.Dispose();

    private static List<KeyValuePair<string, int>> CountsOf(string query) => [.. WordReader.Words(query).CountBy(word => word, StringComparer.Ordinal)];

    /// <returns>[entries]: 0 for those that have none of the words, or were removed.</returns>
    private double[] ScoresOf(List<KeyValuePair<string, int>> words)
    {
        var scores = new double[_entries.Count];
        var average = _numbers.Count == 0 ? 1 : Math.Max(1, (double)_totalLength / _numbers.Count);
        foreach (var (word, times) in words)
        {
            if (_terms.TryGetValue(word, out var term))
            {
                Score(_postings[term], times, average, scores);
            }
        }

        return scores;
    }

    private void Score(Postings postings, int times, double average, double[] scores)
    {
        var rarity = Rarity(postings.Living);
        foreach (var (number, count) in postings.All)
        {
            if (_entries[number] is { } entry)
            {
                var weight = Saturation * (1 - LengthWeight + (LengthWeight * entry.Length / average));
                scores[number] += times * rarity * count * (Saturation + 1) / (count + weight);
            }
        }
    }

    /// <param name="having">How many texts have a word.</param>
    private double Rarity(int having) => Math.Log(1 + ((_numbers.Count - having + 0.5) / (having + 0.5)));

    private bool RemoveHere(string key)
    {
        if (!_numbers.Remove(key, out var number))
        {
            return false;
        }

        var entry = _entries[number]!;
        _entries[number] = null;
        _totalLength -= entry.Length;
        foreach (var term in entry.Terms)
        {
            _postings[term].Lose(_entries);
        }

        return true;
    }

    /// <param name="Terms">Numbers of its words.</param>
    private sealed record Entry(string Key, int Length, int[] Terms);

    /// <summary>The texts that have a word, and how often each has it.</summary>
    private sealed class Postings
    {
        private readonly List<(int Number, int Count)> _all = [];

        public IReadOnlyList<(int Number, int Count)> All => _all;

        /// <summary>How many of them are still there.</summary>
        public int Living { get; private set; }

        public void Add(int number, int count)
        {
            _all.Add((number, count));
            Living++;
        }

        /// <summary>One of its texts was removed. Once half of them are, they are left out.</summary>
        public void Lose(List<Entry?> entries)
        {
            Living--;
            if (Living < _all.Count / 2)
            {
                _all.RemoveAll(posting => entries[posting.Number] is null);
            }
        }
    }
}
