using LiteDB;

namespace NativeHost.Storage.Database.Opening;

/// <summary>How documents of one version of the schema become documents of the next one.</summary>
/// <param name="From">The version that the step begins with.</param>
/// <param name="Convert">Makes of a document what takes its place: mostly one, perhaps none, perhaps several.</param>
internal sealed record MigrationStep(int From, Func<StoredDocument, IEnumerable<StoredDocument>> Convert);

/// <summary>A document and the collection that it is in.</summary>
internal readonly record struct StoredDocument(string Table, BsonDocument Document);
