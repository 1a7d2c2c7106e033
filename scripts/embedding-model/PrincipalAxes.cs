/// <summary>The directions in which vectors differ most: the eigenvectors of AᵀA for the matrix A whose rows they are.</summary>
internal static class PrincipalAxes
{
    /// <summary>Far more than Jacobi's method ever takes, which is about ten.</summary>
    private const int MaxSweeps = 100;

    private const double Negligible = 1e-14;

    /// <param name="rows">All of one length; taken as they are, without moving their mean to zero.</param>
    /// <returns>The first axes, each of length 1 and at right angles to the others.</returns>
    public static double[][] Of(IEnumerable<double[]> rows, int count)
    {
        var matrix = SumOfSquares(rows);
        var vectors = Diagonalize(matrix);
        return [.. Enumerable.Range(0, matrix.Length).OrderByDescending(i => matrix[i][i]).Take(count).Select(i => vectors[i])];
    }

    /// <summary>AᵀA, of [width][width] numbers.</summary>
    private static double[][] SumOfSquares(IEnumerable<double[]> rows)
    {
        double[][] sum = [];
        foreach (var row in rows)
        {
            if (sum.Length == 0)
            {
                sum = Square(row.Length);
            }

            for (var i = 0; i < row.Length; i++)
            {
                for (var j = 0; j < row.Length; j++)
                {
                    sum[i][j] += row[i] * row[j];
                }
            }
        }

        return sum;
    }

    /// <summary>
    /// Jacobi's method: turns the plane of each pair of axes so that the pair's number off the diagonal becomes zero, until all are.
    /// </summary>
    /// <param name="matrix">Symmetric; its diagonal then holds the eigenvalues.</param>
    /// <returns>The eigenvector of each.</returns>
    private static double[][] Diagonalize(double[][] matrix)
    {
        var vectors = Square(matrix.Length);
        for (var i = 0; i < matrix.Length; i++)
        {
            vectors[i][i] = 1;
        }

        var enough = Negligible * Enumerable.Range(0, matrix.Length).Sum(i => matrix[i][i]);
        for (var sweep = 0; sweep < MaxSweeps && LargestOffDiagonal(matrix) > enough; sweep++)
        {
            for (var p = 0; p < matrix.Length; p++)
            {
                for (var q = p + 1; q < matrix.Length; q++)
                {
                    Turn(matrix, vectors, p, q);
                }
            }
        }

        return vectors;
    }

    private static double LargestOffDiagonal(double[][] matrix) =>
        matrix.Select((row, i) => row.Take(i).Select(Math.Abs).DefaultIfEmpty().Max()).Max();

    private static void Turn(double[][] matrix, double[][] vectors, int p, int q)
    {
        if (matrix[p][q] == 0)
        {
            return;
        }

        // The smaller of the two angles that do it, by its tangent: so that the axes change no more than they have to.
        var cotangentOfDouble = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        var tangent = 1 / (Math.Abs(cotangentOfDouble) + Math.Sqrt((cotangentOfDouble * cotangentOfDouble) + 1));
        tangent = cotangentOfDouble < 0 ? -tangent : tangent;
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;

        foreach (var row in matrix)
        {
            (row[p], row[q]) = ((cosine * row[p]) - (sine * row[q]), (sine * row[p]) + (cosine * row[q]));
        }

        TurnRows(matrix[p], matrix[q], cosine, sine);
        TurnRows(vectors[p], vectors[q], cosine, sine);
    }

    private static void TurnRows(double[] p, double[] q, double cosine, double sine)
    {
        for (var i = 0; i < p.Length; i++)
        {
            (p[i], q[i]) = ((cosine * p[i]) - (sine * q[i]), (sine * p[i]) + (cosine * q[i]));
        }
    }

    private static double[][] Square(int width) => [.. Enumerable.Range(0, width).Select(_ => new double[width])];
}
