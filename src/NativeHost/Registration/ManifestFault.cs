namespace NativeHost.Registration;

/// <summary>One thing in a manifest that a browser refuses.</summary>
/// <param name="Code">A fixed word for programs, in lower case with dashes.</param>
/// <param name="Found">What is wrong, in words.</param>
/// <param name="Mend">What the user can do about it.</param>
internal readonly record struct ManifestFault(string Code, string Found, string Mend);
