using LiteDB;

namespace NativeHost.Storage.Database;

/// <summary>A row that several devices write: of each field the last write counts, whichever came first.</summary>
/// <remarks>
/// Each write has a time. A field keeps the write with the latest time; of two at the same time, the greater value. A deletion at a time
/// takes away all that was written up to then, also what comes later but was written before. So the same writes make the same row, in any
/// order, and however often each comes. A field that a write does not name is not written.
/// <para>
/// Times of fields: <c>since</c> has the first write's, which most fields keep for good; <c>at</c> has those that differ.
/// </para>
/// </remarks>
internal abstract class MergedRow(BsonDocument document) : Row(document)
{
    /// <summary>Written with every write, so that one that names no field says that the thing is there.</summary>
    protected const string PresentField = "is";

    private const string SinceField = "since";
    private const string AtField = "at";
    private const string StampField = "stamp";
    private const string ClearedField = "cleared";
    private const long Never = -1;

    /// <summary>Time of the last write that counts, in ms since 1970; -1 where there is none.</summary>
    public long Stamp
    {
        get => OptionalNumberOf(StampField) ?? Never;
        private set => Set(StampField, value == Never ? null : value);
    }

    /// <summary>All that was written up to this time is deleted; -1 for nothing.</summary>
    public long Cleared
    {
        get => OptionalNumberOf(ClearedField) ?? Never;
        private set => Set(ClearedField, value == Never ? null : value);
    }

    /// <summary>Whether there is something that was not deleted.</summary>
    public bool IsLive => Stamp > Cleared;

    /// <summary>The number of its last change.</summary>
    public long Sequence => Keys.SequenceOf(Document[Tables.FeedField].AsBinary);

    /// <summary>Fields that are written.</summary>
    protected abstract IReadOnlyList<string> Fields { get; }

    /// <summary>Fields that a deletion of the row leaves: where it stands, not what it says.</summary>
    protected virtual IReadOnlyList<string> Structure => [];

    /// <summary>Writes a field.</summary>
    /// <param name="value">Null to take it away.</param>
    /// <param name="time">ms since 1970.</param>
    /// <returns>Whether that changed anything.</returns>
    public bool Write(string field, BsonValue value, long time)
    {
        if (!Counts(field, time, () => value.CompareTo(Document[field])))
        {
            return false;
        }

        Stamped(field, time);
        Put(field, value);
        return true;
    }

    /// <summary>Writes that the thing is there.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool WritePresent(long time) => Write(PresentField, 1, time);

    /// <summary>Whether a write at a time counts.</summary>
    /// <param name="compare">Compares the new value with the one that is there; asked where both have the same time.</param>
    protected bool Counts(string field, long time, Func<int> compare)
    {
        if (time <= Cleared && !Structure.Contains(field))
        {
            return false;
        }

        var known = StampOf(field);
        return time > known || (time == known && compare() > 0);
    }

    /// <summary>Notes the time of a write that counts.</summary>
    protected void Stamped(string field, long time)
    {
        if (!Document.ContainsKey(SinceField))
        {
            Document[SinceField] = time;
        }

        var at = Document[AtField] is { IsDocument: true } times ? times.AsDocument : [];
        at[field] = time;
        Document[AtField] = at;
        if (!Structure.Contains(field) || time > Cleared)
        {
            Stamp = Math.Max(Stamp, time);
        }
    }

    /// <summary>Deletes what was written up to a time; where the row stands is kept.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool Clear(long time)
    {
        if (time <= Cleared)
        {
            return false;
        }

        Cleared = time;
        Erase(Fields.Except(Structure), time);
        return true;
    }

    /// <summary>Deletes what was written up to a time, as if it never was.</summary>
    /// <returns>Whether anything is left.</returns>
    public bool ClearWhole(long time)
    {
        Erase(Fields, time);
        if (Cleared <= time)
        {
            Cleared = Never;
        }

        if (Stamp <= time)
        {
            Stamp = Never;
        }

        return Stamp != Never || Cleared != Never;
    }

    /// <summary>Puts the times of fields into the least room. Before it is stored.</summary>
    protected void PackStamps()
    {
        if (Document[AtField] is not { IsDocument: true } times)
        {
            return;
        }

        var since = NumberOf(SinceField);
        var at = times.AsDocument;
        foreach (var field in at.Keys.Where(field => at[field].AsInt64 == since && Document.ContainsKey(field)).ToList())
        {
            at.Remove(field);
        }

        if (at.Count == 0)
        {
            Document.Remove(AtField);
        }
    }

    private void Put(string field, BsonValue value)
    {
        if (value.IsNull)
        {
            Document.Remove(field);
        }
        else
        {
            Document[field] = value;
        }
    }

    private long StampOf(string field)
        => Document[AtField] is { IsDocument: true } at && at.AsDocument.TryGetValue(field, out var time) ? time.AsInt64
            : Document.ContainsKey(field) ? NumberOf(SinceField)
            : Never;

    private void Erase(IEnumerable<string> fields, long time)
    {
        foreach (var field in fields.Where(field => StampOf(field) is var stamp and not Never && stamp <= time).ToList())
        {
            Document.Remove(field);
            if (Document[AtField] is { IsDocument: true } at)
            {
                at.AsDocument.Remove(field);
            }
        }
    }
}
