using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using NativeHost.Storage.Database;

namespace NativeHost.Storage;

/// <summary>Closes what goes to callers and comes back, so that they can neither read nor make it. From any thread.</summary>
/// <remarks>
/// Places in lists are numbers that count what all origins do: who could read them would see how active others are, and so would who could try
/// numbers of his own. The key is in the store, and remains for as long as <see cref="Changes.ChangeFeed.StoreId"/>.
/// </remarks>
public sealed class CursorSeal
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly StoreDatabase _database;

    internal CursorSeal(StoreDatabase database) => _database = database;

    /// <returns>Another text each time, of letters, digits, - and _.</returns>
    public string Close(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var closed = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = closed.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(Key, TagBytes);
        cipher.Encrypt(nonce, plain, closed.AsSpan(NonceBytes + TagBytes), closed.AsSpan(NonceBytes, TagBytes));
        return Base64Url.EncodeToString(closed);
    }

    /// <returns>Null for what this store has not closed.</returns>
    public string? Open(string closed)
    {
        if (!Base64Url.IsValid(closed) || Base64Url.DecodeFromChars(closed) is not { Length: >= NonceBytes + TagBytes } bytes)
        {
            return null;
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Key, TagBytes);
        try
        {
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(plain);
    }

    // Made when it is first needed.
    private byte[] Key => _database.Read(tables => Find(tables)) ?? _database.Write(tables =>
    {
        if (Find(tables) is { } known)
        {
            return known;
        }

        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        tables.Meta.Put(new LiteDB.BsonDocument { ["_id"] = MetaNames.CursorKey, [MetaNames.Value] = key });
        return key;
    });

    private static byte[]? Find(Tables tables)
        => tables.Meta.Find(MetaNames.CursorKey)?[MetaNames.Value] is { IsBinary: true } key ? key.AsBinary : null;
}
