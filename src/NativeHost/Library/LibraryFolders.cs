namespace NativeHost.Library;

/// <summary>Where a library has its files, beside the cache that the user's environment names. Absolute paths.</summary>
/// <param name="User">The user's own folder.</param>
/// <param name="Work">For what can be made again.</param>
/// <param name="Packed">For the packed weights of ternary models.</param>
internal sealed record LibraryFolders(string User, string Work, string Packed);
