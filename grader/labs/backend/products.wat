;; Products of many matrices, by fours: what BatchMatMul of the wasm backend does number by number as soon as there is more
;; than one matrix. Compiled into products.wasm.ts, which a test holds against this text.
(module
  (import "tfjs" "memory" (memory 0))

  ;; c[0..4, 0..8] = Σ_k a[0..4, k] · b[k, 0..8]: eight sums stay in registers while k runs.
  (func $tile4x8 (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $aRow i32) (param $aNext i32) (param $row i32)
    (local $a1 i32) (local $a2 i32) (local $a3 i32) (local $left v128) (local $right v128) (local $number v128)
    (local $s0l v128) (local $s0r v128) (local $s1l v128) (local $s1r v128) (local $s2l v128) (local $s2r v128) (local $s3l v128) (local $s3r v128)
    (local.set $a1 (i32.add (local.get $a) (local.get $aRow)))
    (local.set $a2 (i32.add (local.get $a1) (local.get $aRow)))
    (local.set $a3 (i32.add (local.get $a2) (local.get $aRow)))
    (loop $next
      (local.set $left (v128.load (local.get $b)))
      (local.set $right (v128.load offset=16 (local.get $b)))
      (local.set $number (v128.load32_splat (local.get $a)))
      (local.set $s0l (f32x4.add (local.get $s0l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s0r (f32x4.add (local.get $s0r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $a (i32.add (local.get $a) (local.get $aNext)))
      (local.set $number (v128.load32_splat (local.get $a1)))
      (local.set $s1l (f32x4.add (local.get $s1l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s1r (f32x4.add (local.get $s1r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $a1 (i32.add (local.get $a1) (local.get $aNext)))
      (local.set $number (v128.load32_splat (local.get $a2)))
      (local.set $s2l (f32x4.add (local.get $s2l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s2r (f32x4.add (local.get $s2r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $a2 (i32.add (local.get $a2) (local.get $aNext)))
      (local.set $number (v128.load32_splat (local.get $a3)))
      (local.set $s3l (f32x4.add (local.get $s3l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s3r (f32x4.add (local.get $s3r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $a3 (i32.add (local.get $a3) (local.get $aNext)))
      (local.set $b (i32.add (local.get $b) (local.get $row)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (v128.store (local.get $c) (local.get $s0l))
    (v128.store offset=16 (local.get $c) (local.get $s0r))
    (local.set $c (i32.add (local.get $c) (local.get $row)))
    (v128.store (local.get $c) (local.get $s1l))
    (v128.store offset=16 (local.get $c) (local.get $s1r))
    (local.set $c (i32.add (local.get $c) (local.get $row)))
    (v128.store (local.get $c) (local.get $s2l))
    (v128.store offset=16 (local.get $c) (local.get $s2r))
    (local.set $c (i32.add (local.get $c) (local.get $row)))
    (v128.store (local.get $c) (local.get $s3l))
    (v128.store offset=16 (local.get $c) (local.get $s3r)))

  ;; c[0, 0..4] of one row
  (func $tile1x4 (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $aNext i32) (param $row i32)
    (local $sum v128)
    (loop $next
      (local.set $sum
        (f32x4.add (local.get $sum) (f32x4.mul (v128.load32_splat (local.get $a)) (v128.load (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (local.get $aNext)))
      (local.set $b (i32.add (local.get $b) (local.get $row)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (v128.store (local.get $c) (local.get $sum)))

  ;; c[0, 0] alone
  (func $tile1x1 (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $aNext i32) (param $row i32)
    (local $sum f32)
    (loop $next
      (local.set $sum (f32.add (local.get $sum) (f32.mul (f32.load (local.get $a)) (f32.load (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (local.get $aNext)))
      (local.set $b (i32.add (local.get $b) (local.get $row)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (f32.store (local.get $c) (local.get $sum)))

  ;; The columns from $j on of one row, by fours and then one by one.
  (func $rest (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $aNext i32) (param $row i32) (param $j i32)
    (local $end i32)
    (local.set $end (local.get $row))
    (block $fours
      (loop $next
        (br_if $fours (i32.gt_u (i32.add (local.get $j) (i32.const 16)) (local.get $end)))
        (call $tile1x4 (local.get $a) (i32.add (local.get $b) (local.get $j)) (i32.add (local.get $c) (local.get $j))
          (local.get $k) (local.get $aNext) (local.get $row))
        (local.set $j (i32.add (local.get $j) (i32.const 16)))
        (br $next)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $j) (local.get $end)))
        (call $tile1x1 (local.get $a) (i32.add (local.get $b) (local.get $j)) (i32.add (local.get $c) (local.get $j))
          (local.get $k) (local.get $aNext) (local.get $row))
        (local.set $j (i32.add (local.get $j) (i32.const 4)))
        (br $next))))

  ;; One product. $m rows, $k numbers in each sum (at least one), $row bytes in a row of b and of c. In a, rows are $aRow
  ;; bytes apart, and the numbers of a sum $aNext: so a need not be transposed.
  (func $product (param $a i32) (param $b i32) (param $c i32) (param $m i32) (param $k i32) (param $aRow i32) (param $aNext i32) (param $row i32)
    (local $j i32)
    (block $fours
      (loop $rows
        (br_if $fours (i32.lt_u (local.get $m) (i32.const 4)))
        (local.set $j (i32.const 0))
        (block $eights
          (loop $columns
            (br_if $eights (i32.gt_u (i32.add (local.get $j) (i32.const 32)) (local.get $row)))
            (call $tile4x8 (local.get $a) (i32.add (local.get $b) (local.get $j)) (i32.add (local.get $c) (local.get $j))
              (local.get $k) (local.get $aRow) (local.get $aNext) (local.get $row))
            (local.set $j (i32.add (local.get $j) (i32.const 32)))
            (br $columns)))
        (local.set $m (i32.sub (local.get $m) (i32.const 4)))
        (call $restOfFour (local.get $a) (local.get $b) (local.get $c) (local.get $k) (local.get $aRow) (local.get $aNext) (local.get $row) (local.get $j))
        (local.set $a (i32.add (local.get $a) (i32.shl (local.get $aRow) (i32.const 2))))
        (local.set $c (i32.add (local.get $c) (i32.shl (local.get $row) (i32.const 2))))
        (br $rows)))
    (block $done
      (loop $rows
        (br_if $done (i32.eqz (local.get $m)))
        (call $rest (local.get $a) (local.get $b) (local.get $c) (local.get $k) (local.get $aNext) (local.get $row) (i32.const 0))
        (local.set $a (i32.add (local.get $a) (local.get $aRow)))
        (local.set $c (i32.add (local.get $c) (local.get $row)))
        (local.set $m (i32.sub (local.get $m) (i32.const 1)))
        (br $rows))))

  ;; The columns from $j on of four rows.
  (func $restOfFour (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $aRow i32) (param $aNext i32) (param $row i32) (param $j i32)
    (local $left i32)
    (if (i32.ge_u (local.get $j) (local.get $row)) (then (return)))
    (local.set $left (i32.const 4))
    (loop $rows
      (call $rest (local.get $a) (local.get $b) (local.get $c) (local.get $k) (local.get $aNext) (local.get $row) (local.get $j))
      (local.set $a (i32.add (local.get $a) (local.get $aRow)))
      (local.set $c (i32.add (local.get $c) (local.get $row)))
      (br_if $rows (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))

  ;; The same from packed numbers: for each k the four of a side by side, and the eight of b. With $add, onto what c holds.
  (func $packed4x8 (param $a i32) (param $b i32) (param $c i32) (param $k i32) (param $row i32) (param $add i32)
    (local $c1 i32) (local $c2 i32) (local $c3 i32) (local $left v128) (local $right v128) (local $number v128)
    (local $s0l v128) (local $s0r v128) (local $s1l v128) (local $s1r v128) (local $s2l v128) (local $s2r v128) (local $s3l v128) (local $s3r v128)
    (local.set $c1 (i32.add (local.get $c) (local.get $row)))
    (local.set $c2 (i32.add (local.get $c1) (local.get $row)))
    (local.set $c3 (i32.add (local.get $c2) (local.get $row)))
    (if (local.get $add) (then
      (local.set $s0l (v128.load (local.get $c)))
      (local.set $s0r (v128.load offset=16 (local.get $c)))
      (local.set $s1l (v128.load (local.get $c1)))
      (local.set $s1r (v128.load offset=16 (local.get $c1)))
      (local.set $s2l (v128.load (local.get $c2)))
      (local.set $s2r (v128.load offset=16 (local.get $c2)))
      (local.set $s3l (v128.load (local.get $c3)))
      (local.set $s3r (v128.load offset=16 (local.get $c3)))))
    (loop $next
      (local.set $left (v128.load (local.get $b)))
      (local.set $right (v128.load offset=16 (local.get $b)))
      (local.set $number (v128.load32_splat (local.get $a)))
      (local.set $s0l (f32x4.add (local.get $s0l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s0r (f32x4.add (local.get $s0r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $number (v128.load32_splat offset=4 (local.get $a)))
      (local.set $s1l (f32x4.add (local.get $s1l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s1r (f32x4.add (local.get $s1r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $number (v128.load32_splat offset=8 (local.get $a)))
      (local.set $s2l (f32x4.add (local.get $s2l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s2r (f32x4.add (local.get $s2r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $number (v128.load32_splat offset=12 (local.get $a)))
      (local.set $s3l (f32x4.add (local.get $s3l) (f32x4.mul (local.get $number) (local.get $left))))
      (local.set $s3r (f32x4.add (local.get $s3r) (f32x4.mul (local.get $number) (local.get $right))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 32)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (v128.store (local.get $c) (local.get $s0l))
    (v128.store offset=16 (local.get $c) (local.get $s0r))
    (v128.store (local.get $c1) (local.get $s1l))
    (v128.store offset=16 (local.get $c1) (local.get $s1r))
    (v128.store (local.get $c2) (local.get $s2l))
    (v128.store offset=16 (local.get $c2) (local.get $s2r))
    (v128.store (local.get $c3) (local.get $s3l))
    (v128.store offset=16 (local.get $c3) (local.get $s3r)))

  ;; Eight columns of $k rows of b, one row after the other.
  (func $packRight (param $b i32) (param $to i32) (param $k i32) (param $row i32)
    (loop $next
      (v128.store (local.get $to) (v128.load (local.get $b)))
      (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $b)))
      (local.set $b (i32.add (local.get $b) (local.get $row)))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1))))))

  ;; $k numbers of four rows of a, four by four.
  (func $packLeft (param $a i32) (param $to i32) (param $k i32) (param $aRow i32) (param $aNext i32)
    (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local.set $a1 (i32.add (local.get $a) (local.get $aRow)))
    (local.set $a2 (i32.add (local.get $a1) (local.get $aRow)))
    (local.set $a3 (i32.add (local.get $a2) (local.get $aRow)))
    (loop $next
      (f32.store (local.get $to) (f32.load (local.get $a)))
      (f32.store offset=4 (local.get $to) (f32.load (local.get $a1)))
      (f32.store offset=8 (local.get $to) (f32.load (local.get $a2)))
      (f32.store offset=12 (local.get $to) (f32.load (local.get $a3)))
      (local.set $a (i32.add (local.get $a) (local.get $aNext)))
      (local.set $a1 (i32.add (local.get $a1) (local.get $aNext)))
      (local.set $a2 (i32.add (local.get $a2) (local.get $aNext)))
      (local.set $a3 (i32.add (local.get $a3) (local.get $aNext)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (local.tee $k (i32.sub (local.get $k) (i32.const 1))))))

  ;; One large product: both factors are packed, $block numbers of each sum at a time, so that what a tile reads lies side by
  ;; side. $scratch has room for $block numbers of every column and of four rows. What is left of rows and columns beyond
  ;; fours and eights is done without packing.
  (func $largeProduct (param $a i32) (param $b i32) (param $c i32) (param $m i32) (param $k i32) (param $aRow i32) (param $aNext i32) (param $row i32) (param $scratch i32) (param $block i32)
    (local $from i32) (local $size i32) (local $i i32) (local $j i32) (local $eights i32) (local $left i32) (local $tiles i32)
    (local.set $eights (i32.and (local.get $row) (i32.const -32)))
    (loop $blocks
      (local.set $size (i32.sub (local.get $k) (local.get $from)))
      (if (i32.gt_u (local.get $size) (local.get $block)) (then (local.set $size (local.get $block))))
      (local.set $j (i32.const 0))
      (local.set $tiles (local.get $scratch))
      (loop $pack
        (call $packRight
          (i32.add (i32.add (local.get $b) (local.get $j)) (i32.mul (local.get $from) (local.get $row)))
          (local.get $tiles) (local.get $size) (local.get $row))
        (local.set $tiles (i32.add (local.get $tiles) (i32.shl (local.get $size) (i32.const 5))))
        (br_if $pack (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 32))) (local.get $eights))))
      (local.set $left (local.get $tiles))
      (local.set $i (i32.const 0))
      (loop $rows
        (call $packLeft
          (i32.add (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $aRow))) (i32.mul (local.get $from) (local.get $aNext)))
          (local.get $left) (local.get $size) (local.get $aRow) (local.get $aNext))
        (local.set $j (i32.const 0))
        (local.set $tiles (local.get $scratch))
        (loop $columns
          (call $packed4x8 (local.get $left) (local.get $tiles)
            (i32.add (i32.add (local.get $c) (local.get $j)) (i32.mul (local.get $i) (local.get $row)))
            (local.get $size) (local.get $row) (local.get $from))
          (local.set $tiles (i32.add (local.get $tiles) (i32.shl (local.get $size) (i32.const 5))))
          (br_if $columns (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 32))) (local.get $eights))))
        (br_if $rows
          (i32.le_u (i32.add (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 4)) (local.get $m))))
      (br_if $blocks (i32.lt_u (local.tee $from (i32.add (local.get $from) (local.get $size))) (local.get $k))))
    (local.set $left (i32.const 0))
    (loop $rows
      (call $rest
        (i32.add (local.get $a) (i32.mul (local.get $left) (local.get $aRow))) (local.get $b)
        (i32.add (local.get $c) (i32.mul (local.get $left) (local.get $row)))
        (local.get $k) (local.get $aNext) (local.get $row)
        (select (local.get $eights) (i32.const 0) (i32.lt_u (local.get $left) (local.get $i))))
      (br_if $rows (i32.lt_u (local.tee $left (i32.add (local.get $left) (i32.const 1))) (local.get $m)))))

  ;; $count products; the matrices of a, b and c lie $aStep, $bStep and $cStep bytes apart. With $block, they are large: at
  ;; least four rows and eight columns.
  (func (export "products") (param $a i32) (param $b i32) (param $c i32) (param $count i32)
    (param $m i32) (param $k i32) (param $aRow i32) (param $aNext i32) (param $row i32)
    (param $aStep i32) (param $bStep i32) (param $cStep i32) (param $scratch i32) (param $block i32)
    (loop $next
      (if (local.get $block)
        (then
          (call $largeProduct (local.get $a) (local.get $b) (local.get $c) (local.get $m) (local.get $k)
            (local.get $aRow) (local.get $aNext) (local.get $row) (local.get $scratch) (local.get $block)))
        (else
          (call $product (local.get $a) (local.get $b) (local.get $c) (local.get $m) (local.get $k)
            (local.get $aRow) (local.get $aNext) (local.get $row))))
      (local.set $a (i32.add (local.get $a) (local.get $aStep)))
      (local.set $b (i32.add (local.get $b) (local.get $bStep)))
      (local.set $c (i32.add (local.get $c) (local.get $cStep)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
