using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Retention;

/// <summary>What is stored and for how long. From any thread.</summary>
public sealed class RetentionControl
{
    /// <summary>How long it stays known that something was deleted. A device that pulls nothing for longer does not hear of it; what it still has, it
    /// may push as if it were new.</summary>
    public static readonly TimeSpan DeletionsKept = TimeSpan.FromDays(180);

    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;
    private readonly StoreFiles _files;

    internal RetentionControl(StoreDatabase database, TimeProvider time, StoreFiles files)
    {
        _database = database;
        _time = time;
        _files = files;
    }

    /// <summary>What the caller may see of what is stored.</summary>
    public StorageReport Report(StoreCaller caller)
        => _database.Read(tables => new StorageReport(
            LengthOf(_files.Data),
            LengthOf(_files.Journal),
            Reach.Of(tables, caller)
                .Select(origin => new OriginReport(
                    tables.Origins.NameOf(origin), tables.Usages.Of(origin), tables.Limits(tables.Origins.NameOf(origin)), OldestOf(tables, origin)))
                .ToList()));

    /// <summary>Deletes conversations of the caller's own, as <see cref="ConversationList.Delete"/> does, and what the journal still has of them.</summary>
    /// <exception cref="StorageException">The disk says no; some may be gone.</exception>
    public PurgeResult Purge(StoreCaller caller, PurgeRequest request)
    {
        Checks.Origin(caller.Origin);
        var result = _database.Read(tables => tables.Origins.Find(caller.Origin)) is { } origin ? Purge(origin, request) : new PurgeResult(0, 0, 0);
        if (result.Bytes > 0)
        {
            _database.Checkpoint(scrub: true);
        }

        return result;
    }

    /// <summary>Deletes what is older than the limits of its origin allow, and forgets deletions that are long past. To be called now and then, once a
    /// day for example.</summary>
    /// <remarks>What a wrong clock has dated more than a day ahead is as old as the first call since its last change.</remarks>
    /// <exception cref="StorageException">The disk says no; some may be gone.</exception>
    public PurgeResult ApplyAgeLimits()
    {
        new AgeKeeping(_database).Run(_time.GetUtcNow());
        var due = _database.Read(tables => tables.Origins.Numbers
            .Select(origin => (Origin: origin, tables.Limits(tables.Origins.NameOf(origin)).MaxAge))
            .Where(limit => limit.MaxAge is not null)
            .ToList());
        var results = due.ConvertAll(limit => Purge(limit.Origin, new PurgeRequest { UnchangedSince = _time.GetUtcNow() - limit.MaxAge!.Value }));
        var sum = new PurgeResult(results.Sum(result => result.Conversations), results.Sum(result => result.Messages), results.Sum(result => result.Bytes));
        if (sum.Bytes > 0)
        {
            _database.Checkpoint(scrub: true);
        }

        return sum;
    }

    private PurgeResult Purge(int origin, PurgeRequest request)
    {
        var candidates = _database.Read(tables => Candidates(tables, origin, request));
        var result = new PurgeResult(0, 0, 0);
        foreach (var candidate in candidates)
        {
            if (_database.Write(tables => Delete(tables, candidate, request)) is { } gone)
            {
                result = new PurgeResult(result.Conversations + gone.Conversations, result.Messages + gone.Messages, result.Bytes + gone.Bytes);
                Deletion.Finish(_database);
            }
        }

        return result;
    }

    private List<Candidate> Candidates(Tables tables, int origin, PurgeRequest request)
    {
        var left = tables.Usages.Of(origin).Bytes;
        var candidates = new List<Candidate>();
        foreach (var row in AllOf(tables, origin).Where(row => request.IncludeStarred || !row.IsStarred))
        {
            if (!IsOld(row, request) && (request.DownToBytes is not { } bytes || left <= bytes))
            {
                break;
            }

            candidates.Add(new Candidate(row.Key, row.Sequence));
            left -= row.Bytes;
        }

        var ahead = AgeKeeping.AheadOf(tables, origin, _time.GetUtcNow()).Where(row => request.IncludeStarred || !row.IsStarred).Where(row => IsOld(row, request));
        candidates.AddRange(ahead.Select(row => new Candidate(row.Key, row.Sequence)));
        return candidates;
    }

    private static bool IsOld(ConversationRow row, PurgeRequest request)
        => request.UnchangedSince is { } since && (row.Seen ?? row.Active) < since.ToUnixTimeMilliseconds();

    private Usage? Delete(Tables tables, Candidate candidate, PurgeRequest request)
    {
        if (tables.Conversations.Find(candidate.Key) is not { } document)
        {
            return null;
        }

        // Others write between the deletions: what was changed or starred since it was listed is not what was meant.
        var row = new ConversationRow(document);
        if (row.IsRest || (row.IsStarred && !request.IncludeStarred) || (row.Sequence != candidate.Sequence && !IsOld(row, request)))
        {
            return null;
        }

        var usage = row.Usage;
        Deletion.Begin(tables, row, ConversationTable.Later(_time.GetUtcNow().ToUnixTimeMilliseconds(), row.Active));
        return usage;
    }

    private static DateTimeOffset? OldestOf(Tables tables, int origin)
        => ConversationTable.ListOf(tables, origin).FirstOrDefault() is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest.Active) : null;

    // Those first that were left alone longest. Few are awaited.
    private static IEnumerable<ConversationRow> AllOf(Tables tables, int origin)
    {
        var awaited = new Queue<ConversationRow>(ConversationTable.AwaitedOf(tables, origin));
        foreach (var row in ConversationTable.ListOf(tables, origin))
        {
            while (awaited.TryPeek(out var next) && next.Active < row.Active)
            {
                yield return awaited.Dequeue();
            }

            yield return row;
        }

        while (awaited.TryDequeue(out var row))
        {
            yield return row;
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <param name="Key">Of a conversation's row.</param>
    /// <param name="Sequence">The number of its last change when it was listed.</param>
    private readonly record struct Candidate(byte[] Key, long Sequence);
}
