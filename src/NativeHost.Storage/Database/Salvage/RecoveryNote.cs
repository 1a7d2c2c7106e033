using LiteDB;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>The report of the last recovery, in the store itself.</summary>
internal static class RecoveryNote
{
    private const string Id = "recovery";

    public static void Write(Tables tables, RecoveryReport report) => tables.Meta.Put(new BsonDocument
    {
        ["_id"] = Id,
        ["at"] = report.At.ToUnixTimeMilliseconds(),
        ["reason"] = report.Reason,
        ["kept"] = report.KeptAs,
        ["conversations"] = report.Conversations,
        ["messages"] = report.Messages,
        ["cut"] = report.CutTexts,
        ["lost"] = report.LostDocuments,
        ["pages"] = report.DamagedPages,
        ["batches"] = report.BrokenBatches,
    });

    /// <returns>Null where the store was never damaged.</returns>
    public static RecoveryReport? Read(Tables tables)
        => tables.Meta.Find(Id) is not { } note ? null : new RecoveryReport(
            DateTimeOffset.FromUnixTimeMilliseconds(note["at"].AsInt64),
            note["reason"].AsString,
            note["kept"].AsString,
            note["conversations"].AsInt64,
            note["messages"].AsInt64,
            note["cut"].AsInt64,
            note["lost"].AsInt64,
            note["pages"].AsInt64,
            note["batches"] is { IsInt64: true } batches ? batches.AsInt64 : 0);
}
