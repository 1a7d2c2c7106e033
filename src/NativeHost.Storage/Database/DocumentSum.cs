using System.IO.Hashing;
using LiteDB;

namespace NativeHost.Storage.Database;

/// <summary>A checksum in each document, so that on a damaged page those that are what was written are told from the others.</summary>
internal static class DocumentSum
{
    private const string Field = "sum";

    /// <summary>Puts the checksum into a document that is about to be written.</summary>
    public static void Seal(BsonDocument document)
    {
        document.Remove(Field);
        document[Field] = Of(document);
    }

    /// <summary>Whether a document that was read is what was written.</summary>
    public static bool IsRight(BsonDocument document)
    {
        if (document[Field] is not { IsInt32: true } sum)
        {
            return false;
        }

        document.Remove(Field);
        return sum.AsInt32 == Of(document);
    }

    private static int Of(BsonDocument document) => unchecked((int)Crc32.HashToUInt32(BsonSerializer.Serialize(document)));
}
